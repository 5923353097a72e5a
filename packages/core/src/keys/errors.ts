/** The ways keys says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { ApiKeyId } from "./id.ts"

export class ApiKeyNotFound extends Schema.TaggedError<ApiKeyNotFound>()("keys.key_not_found", {
  id: ApiKeyId
}) {}

/** It was revoked or has expired: nothing of it can be rotated or revoked. */
export class ApiKeyEnded extends Schema.TaggedError<ApiKeyEnded>()("keys.key_ended", { id: ApiKeyId }) {}

/** Two keys of one line are valid already; a third has to wait until one of them ends. */
export class RotationUnderWay extends Schema.TaggedError<RotationUnderWay>()("keys.rotation_under_way", {
  id: ApiKeyId
}) {}

export type KeyRefusal = ApiKeyNotFound | ApiKeyEnded | RotationUnderWay

export const keyTellings: Tellings<KeyRefusal> = {
  "keys.key_not_found": {
    family: "not_found",
    en: ({ id }) => `There is no API key ${id}.`,
    fr: ({ id }) => `Il n'y a pas de clé d'API ${id}.`
  },
  "keys.key_ended": {
    family: "conflict",
    en: () => "This API key was revoked or has expired.",
    fr: () => "Cette clé d'API a été révoquée ou a expiré."
  },
  "keys.rotation_under_way": {
    family: "conflict",
    en: () => "This API key is being rotated: two of its line are valid already.",
    fr: () => "Cette clé d'API est en cours de rotation : deux clés de sa lignée sont déjà valides."
  }
}
