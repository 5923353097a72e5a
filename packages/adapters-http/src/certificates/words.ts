/** What certificates say, in each language. */
import type { Verification } from "@lyceum/core/certificates"
import { DateTime } from "effect"
import type { Language } from "../language.ts"

/** A day as people write it: that of UTC, so that it is the same one wherever it is read. */
export const dayOf = (instant: Verification["issuedAt"], language: Language): string =>
  new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    dateStyle: "long",
    timeZone: "UTC"
  }).format(DateTime.toDateUtc(instant))

export const words = {
  en: {
    certificate: "Certificate",
    awarded: "This is to certify that",
    nobody: "a holder whose data was erased",
    passed: "has passed the examination of",
    on: "on",
    valid: "Genuine and valid",
    validMore: "We issued this certificate, and it stands.",
    revoked: "Revoked",
    revokedMore: (day: string) =>
      `We issued this certificate, and withdrew it on ${day}. It proves nothing any more.`,
    superseded: "Replaced",
    supersededMore: (serial: string) =>
      `We issued this certificate. Its holder has earned a better one since, ${serial}, which takes its place.`,
    unknown: "Unknown certificate",
    unknownMore: "We issued no certificate of this address. Check that it was copied whole.",
    limited: "Too many verifications",
    limitedMore: "From where you are, too many certificates were looked at within an hour. Try again later.",
    unavailable: "Not available",
    unavailableMore: "The certificate cannot be checked for the moment. Try again in a minute.",
    pdf: "Download as PDF",
    credential: "Open Badges credential",
    print:
      "Print or share the address of this page: whoever opens it sees whether the certificate still stands.",
    hash: "Verification code",
    scan: "Scan to verify"
  },
  fr: {
    certificate: "Certificat",
    awarded: "Nous certifions que",
    nobody: "un titulaire dont les données ont été effacées",
    passed: "a réussi l'examen de",
    on: "le",
    valid: "Authentique et valide",
    validMore: "Nous avons délivré ce certificat, et il est en vigueur.",
    revoked: "Révoqué",
    revokedMore: (day: string) =>
      `Nous avons délivré ce certificat et l'avons retiré le ${day}. Il ne prouve plus rien.`,
    superseded: "Remplacé",
    supersededMore: (serial: string) =>
      `Nous avons délivré ce certificat. Son titulaire en a obtenu depuis un meilleur, ${serial}, qui le remplace.`,
    unknown: "Certificat inconnu",
    unknownMore: "Nous n'avons délivré aucun certificat à cette adresse. Vérifiez qu'elle est complète.",
    limited: "Trop de vérifications",
    limitedMore:
      "Trop de certificats ont été consultés depuis votre réseau en une heure. Réessayez plus tard.",
    unavailable: "Indisponible",
    unavailableMore: "Le certificat ne peut pas être vérifié pour le moment. Réessayez dans une minute.",
    pdf: "Télécharger en PDF",
    credential: "Attestation Open Badges",
    print:
      "Imprimez cette page ou partagez son adresse : qui l'ouvre voit si le certificat est toujours en vigueur.",
    hash: "Code de vérification",
    scan: "Scannez pour vérifier"
  }
} as const
export type Words = (typeof words)[Language]
