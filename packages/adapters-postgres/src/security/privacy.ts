/**
 * Columns that hold text or JSON in tables about people, and that nothing about a person stands in: somebody thought about
 * each of them. What does is named under `personal` in tables.ts; a column in neither fails lint L25. Source: PG-11.
 */
import { guarded } from "./tables.ts"

const impersonal: Readonly<Record<string, ReadonlyArray<string>>> = {
  "access.user_entitlements": ["entitlement_ref", "source"],
  "assessments.assessments": ["title", "review"],
  // Numbers, and what was asked: of nobody once the row's user is gone.
  "assessments.attempts": ["attempt_seed", "content_snapshot", "content_snapshot_hash", "score", "max_score"],
  "assessments.certificates": [
    "serial_number",
    "verify_hash",
    "nonce",
    "title",
    "percentage",
    "superseded_by"
  ],
  // What was decided about a question.
  "assessments.corrections": ["act"],
  "assessments.questions": [
    "body",
    "explanation",
    "choices",
    "stems",
    "targets",
    "correct_answers",
    "scoring",
    "category",
    "tags"
  ],
  "content.courses": [
    "slug",
    "title",
    "description",
    "category",
    "cover_image_url",
    "thumbnail_url",
    "search_text"
  ],
  "content.lessons": [
    "slug",
    "title",
    "learning_objectives",
    "drip",
    "text_content",
    "content",
    "quiz_config",
    "project_instructions",
    "video_url",
    "resources"
  ],
  "content.revisions": ["content", "title"],
  "media.assets": ["external_id", "external_url", "processing_data"],
  "public.certificate_verification_logs": ["error_message"],
  "public.user_consents": ["document_version"],
  "rbac.role_grants_log": ["performed_by_service"],
  "util.event_deliveries": ["subscriber"],
  "util.event_outbox": ["event_name"],
  "util.feature_flags": ["flag_key", "flag_name", "flag_description", "flag_category", "flag_value"],
  "util.idempotency_keys": ["command", "key", "fingerprint"],
  "util.jobs": ["dedupe_id"],
  "util.webhook_deliveries": ["event_name"]
}

const listed = (columns: Readonly<Record<string, ReadonlyArray<string>>>): string =>
  Object.entries(columns)
    .flatMap(([table, names]) => names.map((name) => `('${table}', '${name}')`))
    .join(", ")

/** What is about a person, as rows (table, column) of a VALUES list. */
export const personalColumns = listed(
  Object.fromEntries(
    Object.entries(guarded).map(([table, { personal }]) => [table, personal === "none" ? [] : personal])
  )
)
export const impersonalColumns = listed(impersonal)
