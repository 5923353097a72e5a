import { MediaLibrary, operations } from "@lyceum/core/media"
import { get, post, routes } from "../endpoint.ts"

export const assetRoutes = routes(MediaLibrary, operations, {
  list: get("/v1/assets", "Media assets, newest first"),
  create: post("/v1/assets", "Make an asset known", { creates: "/v1/assets/:id" }),
  get: get("/v1/assets/:assetId", "One asset with its variants")
})
