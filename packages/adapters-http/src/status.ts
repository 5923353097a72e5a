/**
 * What status a refusal has: the one table (KER-13); and the ways the door itself says no, before any use case is
 * reached.
 */
import type { Family } from "@lyceum/core/shared"

export const statusOfFamily = {
  invalid: 422,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  stale_version: 412,
  version_required: 428,
  rate_limited: 429,
  unavailable: 503
} as const satisfies Record<Family, number>

/** A short name of each status, the same for all of its refusals. */
export const titles: Readonly<Record<number, { readonly en: string; readonly fr: string }>> = {
  400: { en: "Malformed request", fr: "Requête mal formée" },
  401: { en: "Sign-in required", fr: "Connexion requise" },
  402: { en: "Payment required", fr: "Paiement requis" },
  403: { en: "Not allowed", fr: "Non autorisé" },
  404: { en: "Not found", fr: "Introuvable" },
  405: { en: "Method not allowed", fr: "Méthode non autorisée" },
  409: { en: "Conflict", fr: "Conflit" },
  410: { en: "Gone", fr: "N'est plus disponible" },
  412: { en: "Changed meanwhile", fr: "Modifié entre-temps" },
  413: { en: "Body too large", fr: "Corps trop volumineux" },
  415: { en: "Unsupported media type", fr: "Type de média non pris en charge" },
  422: { en: "Invalid input", fr: "Entrée non valide" },
  428: { en: "Version required", fr: "Version requise" },
  429: { en: "Too many requests", fr: "Trop de requêtes" },
  431: { en: "Headers too large", fr: "En-têtes trop volumineux" },
  500: { en: "Internal error", fr: "Erreur interne" },
  503: { en: "Not available", fr: "Indisponible" }
}

interface DoorTelling {
  readonly status: number
  readonly en: string
  readonly fr: string
}

/** What the door answers by itself; the data beside each code is that of `Refused`. */
export const doorTellings = {
  "http.malformed_url": {
    status: 400,
    en: "The address contains something that is not text.",
    fr: "L'adresse contient quelque chose qui n'est pas du texte."
  },
  "http.malformed_json": {
    status: 400,
    en: "The body is not JSON as this server takes it.",
    fr: "Le corps n'est pas du JSON que ce serveur accepte."
  },
  "http.malformed_header": {
    status: 400,
    en: "A header has a value that cannot be read.",
    fr: "Un en-tête a une valeur illisible."
  },
  "http.bad_token": {
    status: 401,
    en: "The credentials are not valid, or not any more.",
    fr: "Les identifiants ne sont pas valides, ou ne le sont plus."
  },
  "http.out_of_scope": {
    status: 403,
    en: "This API key is not made for this operation.",
    fr: "Cette clé d'API n'est pas faite pour cette opération."
  },
  "http.view_as_reads_only": {
    status: 403,
    en: "Whoever views as somebody else can only read.",
    fr: "Qui consulte en tant que quelqu'un d'autre ne peut que lire."
  },
  "http.view_as_not_open": {
    status: 403,
    en: "No viewing of this user is open, or it is not allowed any more.",
    fr: "Aucune consultation en tant que cet utilisateur n'est ouverte, ou elle n'est plus permise."
  },
  "http.view_as_owner_only": {
    status: 403,
    en: "This is answered to its owner only, not to who views as them.",
    fr: "Ceci n'est donné qu'à son propriétaire, pas à qui consulte en tant que lui."
  },
  "http.route_not_found": {
    status: 404,
    en: "There is nothing at this address.",
    fr: "Il n'y a rien à cette adresse."
  },
  "http.method_not_allowed": {
    status: 405,
    en: "This address does not take this method.",
    fr: "Cette adresse n'accepte pas cette méthode."
  },
  "http.body_too_large": { status: 413, en: "The body is too large.", fr: "Le corps est trop volumineux." },
  "http.unsupported_media_type": {
    status: 415,
    en: "The body must be application/json in UTF-8.",
    fr: "Le corps doit être du application/json en UTF-8."
  },
  "http.version_required": {
    status: 428,
    en: "Say which version you are changing, in an If-Match header.",
    fr: "Indiquez la version que vous modifiez, dans un en-tête If-Match."
  },
  "http.rate_limited": {
    status: 429,
    en: "That was too many requests; wait a moment.",
    fr: "Trop de requêtes ; patientez un instant."
  },
  "http.headers_too_large": {
    status: 431,
    en: "The headers are too many or too large.",
    fr: "Trop d'en-têtes, ou trop grands."
  },
  "http.internal_error": {
    status: 500,
    en: "Something went wrong that should not have. It was noted under the request id.",
    fr: "Une erreur inattendue s'est produite. Elle a été notée sous l'identifiant de la requête."
  },
  "http.timed_out": {
    status: 503,
    en: "This took longer than the server allows and was stopped.",
    fr: "Cela a pris plus de temps que le serveur ne le permet et a été interrompu."
  },
  "http.overloaded": {
    status: 503,
    en: "The server is busy; try again in a moment.",
    fr: "Le serveur est occupé ; réessayez dans un instant."
  },
  "http.storage_unavailable": {
    status: 503,
    en: "The storage cannot be reached at the moment.",
    fr: "Le stockage n'est pas joignable pour le moment."
  }
} as const satisfies Readonly<Record<`http.${string}`, DoorTelling>>
export type DoorCode = keyof typeof doorTellings
