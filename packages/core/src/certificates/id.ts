import { Schema } from "effect"
import { Uuid } from "../shared/id.ts"

export const CertificateId = Uuid.pipe(Schema.brand("CertificateId"))
export type CertificateId = typeof CertificateId.Type
