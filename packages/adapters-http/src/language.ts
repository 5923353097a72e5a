/** Which of the two languages a client reads best. Source: KER-12, API-11. */

export type Language = "en" | "fr"

/** The language that `Accept-Language` ranks highest; English when it names neither. */
export const languageOf = (acceptLanguage: string | null | undefined): Language => {
  if (!acceptLanguage) return "en"
  const best = { en: 0, fr: 0 }
  let any = 0
  // Longer than any real list: what comes after is not read.
  for (const part of acceptLanguage.slice(0, 500).split(",")) {
    const [range = "", ...parameters] = part.trim().toLowerCase().split(";")
    const weight = parameters
      .map((one) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(one)?.[1])
      .find((one) => one !== undefined)
    const q = weight === undefined ? 1 : Number(weight)
    const language = range.split("-")[0]
    if (language === "en" || language === "fr") best[language] = Math.max(best[language], q)
    if (language === "*") any = q
  }
  return best.fr > Math.max(best.en, any) ? "fr" : "en"
}
