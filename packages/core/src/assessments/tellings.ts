/** What people read when assessments says no. */
import { DateTime } from "effect"
import type { Tellings } from "../shared/errors.ts"
import type { AssessmentRefusal } from "./errors.ts"

const { formatIso } = DateTime

export const assessmentTellings: Tellings<AssessmentRefusal> = {
  "assessments.assessment_not_found": {
    family: "not_found",
    en: () => "There is no such assessment.",
    fr: () => "Cette évaluation n'existe pas."
  },
  "assessments.question_not_found": {
    family: "not_found",
    en: () => "There is no such question.",
    fr: () => "Cette question n'existe pas."
  },
  "assessments.attempt_not_found": {
    family: "not_found",
    en: () => "There is no such attempt.",
    fr: () => "Cette tentative n'existe pas."
  },
  "assessments.certificate_giver_exists": {
    family: "conflict",
    en: () => "Another assessment of the same lesson or course gives the certificate already.",
    fr: () => "Une autre évaluation de la même leçon ou du même cours donne déjà le certificat."
  },
  "assessments.awaiting_review": {
    family: "conflict",
    en: () => "Your last attempt is waiting for its review.",
    fr: () => "Votre dernière tentative attend sa correction."
  },
  "assessments.not_published": {
    family: "not_found",
    en: () => "There is no such assessment.",
    fr: () => "Cette évaluation n'existe pas."
  },
  "assessments.not_open_yet": {
    family: "forbidden",
    en: ({ opensAt }) => `It opens on ${formatIso(opensAt)}.`,
    fr: ({ opensAt }) => `Elle ouvre le ${formatIso(opensAt)}.`
  },
  "assessments.closed": {
    family: "gone",
    en: ({ closedAt }) => `It closed on ${formatIso(closedAt)}.`,
    fr: ({ closedAt }) => `Elle est fermée depuis le ${formatIso(closedAt)}.`
  },
  "assessments.preview_only": {
    family: "forbidden",
    en: () => "A preview is not enough: it takes access to the whole lesson.",
    fr: () => "Un aperçu ne suffit pas : il faut un accès à la leçon entière."
  },
  "learning.prerequisites_unmet": {
    family: "forbidden",
    en: ({ lessonIds }) => `Finish first what it builds upon: ${lessonIds.length} to go.`,
    fr: ({ lessonIds }) => `Terminez d'abord ce sur quoi elle s'appuie : il en reste ${lessonIds.length}.`
  },
  "assessments.retake_too_soon": {
    family: "conflict",
    en: ({ retryAt }) => `You can try again from ${formatIso(retryAt)} on.`,
    fr: ({ retryAt }) => `Vous pourrez réessayer à partir du ${formatIso(retryAt)}.`
  },
  "assessments.attempt_limit_reached": {
    family: "conflict",
    en: ({ limit }) => `All ${limit} attempts are used.`,
    fr: ({ limit }) => `Les ${limit} tentatives sont épuisées.`
  },
  "assessments.attempt_not_open": {
    family: "conflict",
    en: ({ status }) => `This attempt is ${status}: it does not allow that.`,
    fr: ({ status }) => `Cette tentative est ${status} : elle ne le permet pas.`
  },
  "assessments.deadline_passed": {
    family: "gone",
    en: ({ deadline }) => `Time was up on ${formatIso(deadline)}.`,
    fr: ({ deadline }) => `Le temps s'est écoulé le ${formatIso(deadline)}.`
  },
  "assessments.required_unanswered": {
    family: "invalid",
    en: ({ questionIds }) => `Questions that need an answer are empty: ${questionIds.length}.`,
    fr: ({ questionIds }) => `Des questions obligatoires sont sans réponse : ${questionIds.length}.`
  },
  "assessments.items_ungraded": {
    family: "invalid",
    en: ({ questionIds }) => `Answers that need points have none: ${questionIds.length}.`,
    fr: ({ questionIds }) => `Des réponses à noter sont sans points : ${questionIds.length}.`
  },
  "assessments.correction_refused": {
    family: "conflict",
    en: ({ why }) => `This correction cannot be made: ${why}.`,
    fr: ({ why }) => `Cette correction est impossible : ${why}.`
  },
  "assessments.snapshot_corrupt": {
    family: "conflict",
    en: () => "The questions of this attempt are not those it began with.",
    fr: () => "Les questions de cette tentative ne sont plus celles du début."
  },
  "assessments.not_publishable": {
    family: "invalid",
    en: ({ problems }) => `It cannot be published: ${problems.join(", ")}.`,
    fr: ({ problems }) => `Elle ne peut pas être publiée : ${problems.join(", ")}.`
  },
  "assessments.question_in_use": {
    family: "conflict",
    en: ({ usageCount }) => `It is used ${usageCount} times.`,
    fr: ({ usageCount }) => `Elle est utilisée ${usageCount} fois.`
  },
  "assessments.assessment_in_use": {
    family: "conflict",
    en: () => "Somebody has taken it; unpublish it instead of deleting it.",
    fr: () => "Quelqu'un l'a déjà passée ; dépubliez-la au lieu de la supprimer."
  },
  "assessments.accommodation_not_found": {
    family: "not_found",
    en: () => "Nothing is granted to this learner at this assessment.",
    fr: () => "Rien n'est accordé à cet apprenant pour cette évaluation."
  },
  "assessments.review_claimed": {
    family: "conflict",
    en: ({ until }) => `Somebody else is grading it until ${formatIso(until)}.`,
    fr: ({ until }) => `Quelqu'un d'autre la corrige jusqu'au ${formatIso(until)}.`
  }
}
