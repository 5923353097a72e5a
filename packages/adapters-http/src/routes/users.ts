import { operations, Users } from "@lyceum/core/identity"
import { del, get, patch, post, put, routes } from "../endpoint.ts"

export const userRoutes = routes(Users, operations, {
  myProfile: get("/v1/me", "One's own profile"),
  updateProfile: patch("/v1/me", "Change one's own profile"),
  deleteMyProfile: del("/v1/me", "Delete one's own profile, softly"),
  restoreMyProfile: post("/v1/me/restoration", "Take back a deletion"),
  exportMyData: get("/v1/me/export", "Everything that is held about oneself", { ownerOnly: true }),
  mySettings: get("/v1/me/settings", "One's own settings"),
  updateSettings: patch("/v1/me/settings", "Change settings; what is not named stays"),
  setLinks: put("/v1/me/links", "Set all links of one's own profile"),
  myConsents: get("/v1/me/consents", "Consents in force, and those that are to be asked for"),
  recordConsent: post("/v1/me/consents", "Say yes or no to a document"),
  revokeConsent: post("/v1/me/consents/:consentType/revocation", "Take a consent back"),
  consentHistory: get("/v1/consents", "The history of consents, newest first"),
  listUsers: get("/v1/users", "Profiles, by username"),
  createProfile: post("/v1/users", "Make somebody known before they come", {
    creates: "/v1/users/:profile.id",
    ifNew: "created"
  }),
  importProfiles: post("/v1/users/imports", "Make many people known", { import: true }),
  getProfile: get("/v1/users/:user", "A profile, by id or username"),
  nameCards: get("/v1/name-cards", "Who stands behind some ids"),
  viewAs: post("/v1/users/:userId/viewings", "See what somebody sees, for half an hour"),
  suspend: post("/v1/users/:userId/suspension", "Suspend somebody"),
  restore: post("/v1/users/:userId/restoration", "End a suspension")
})
