/** What people are called by: unique names and addresses, as stored and as chosen. Source: IDN-1. */
import { Schema, SchemaTransformation } from "effect"
import { UserId } from "../shared/id.ts"
import { line } from "../shared/text.ts"

const spelling = Schema.isPattern(/^[a-z0-9](?:[a-z0-9_-]{1,28}[a-z0-9])$/u, {
  description: "3 to 30 of a-z, 0-9, _ and -, with a letter or digit at both ends"
})

/** A unique name, lower case. */
export const Username = Schema.String.check(spelling)
  .pipe(Schema.brand("Username"))
  .annotate({ identifier: "Username" })
export type Username = typeof Username.Type

/** Names that would pass for the platform, its staff, or a part of its addresses. */
const reserved: ReadonlySet<string> = new Set(
  `abuse account accounts admin administrator anonymous api app assets auth billing blog console contact courses dashboard
   deleted deleted-user docs everyone ftp guest health help home hostmaster info lessons legal login logout lyceum mail me
   member metrics mod moderator moderators news null official operator owner owners postmaster privacy profile profiles
   register roles root sales security service settings signin signout signup staff static status superuser support system
   team terms test tests undefined unknown user users visitor webhooks webmaster www`.split(/\s+/u)
)

/** Names that we make ourselves, so that nobody can sit on them: `user-` and hex digits of an id. */
const generated = /^user-[0-9a-f]{8,}$/u

/** True for names that nobody may choose. */
export const isReserved = (username: string): boolean => reserved.has(username) || generated.test(username)

/** A name that somebody asks for: lower-cased first; reserved ones are refused. */
export const ChosenUsername = Schema.String.pipe(
  Schema.decodeTo(
    Username.check(Schema.makeFilter((username) => (isReserved(username) ? "is reserved" : undefined))),
    SchemaTransformation.toLowerCase()
  )
)

const isLowerCase = Schema.makeFilter<string>((text) =>
  text === text.toLowerCase() ? undefined : "must be lower case"
)

/** An e-mail address, kept in lower case: two that differ in case only are one. */
export const Email = line(254)
  .check(Schema.isPattern(/^[^@\s]+@[^@\s]+$/u, { description: "an e-mail address" }), isLowerCase)
  .pipe(Schema.brand("Email"))
  .annotate({ identifier: "Email" })
export type Email = typeof Email.Type

/** An address as somebody types it: lower-cased first. */
export const TypedEmail = Schema.String.pipe(Schema.decodeTo(Email, SchemaTransformation.toLowerCase()))

/** How a user is named in a request: by id, or by username in any case. */
export const UserRef = Schema.Union([
  UserId,
  Schema.String.pipe(Schema.decodeTo(Username, SchemaTransformation.toLowerCase()))
])
export type UserRef = typeof UserRef.Type
