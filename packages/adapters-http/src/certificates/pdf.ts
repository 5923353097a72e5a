/** A certificate on paper, with a QR code to its page. Source: CRT-8. */
import type { PDFFont, PDFPage } from "@cantoo/pdf-lib"
import type { Verification } from "@lyceum/core/certificates"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import type { Language } from "../language.ts"
import { dayOf, words } from "./words.ts"

export interface Printed {
  readonly verification: Verification
  readonly verifyHash: string
  /** The page that the code leads to. */
  readonly pageUrl: string
  readonly school: string
}

/** A4, landscape, in points. */
const size = { width: 841.89, height: 595.28 }
const margin = 40
const qrSide = 92

/** Names are not all of one alphabet: the last one has the most letters. */
const fontNames = ["DejaVuSerif", "DejaVuSerif-Italic", "DejaVuSans"] as const
type FontName = (typeof fontNames)[number]

/** Some megabytes, loaded when the first certificate is printed. */
let tools: ReturnType<typeof load> | undefined
const load = async () => {
  const [pdf, fontkit, qr, ...fonts] = await Promise.all([
    import("@cantoo/pdf-lib"),
    import("fontkit"),
    import("qrcode"),
    ...fontNames.map((name) =>
      readFile(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)))
    )
  ])
  return { pdf, fontkit, qr: qr.default, fonts }
}

interface Line {
  readonly text: string
  readonly font: PDFFont
  readonly points: number
  readonly y: number
  readonly grey?: number
}

/** Whether a font has every letter of a text. */
const writes = (font: PDFFont, text: string): boolean => {
  const known = new Set(font.getCharacterSet())
  return Array.from(text).every((letter) => known.has(letter.codePointAt(0)!))
}

/** How large a text may be to fit a width, at most `points`. */
const fitting = (text: string, font: PDFFont, points: number, width: number): number =>
  Math.min(points, (points * width) / Math.max(font.widthOfTextAtSize(text, points), 1))

/**
 * Writes certificates. Equal certificates of one language are equal files: their dates are those of the certificate, and
 * nothing in them is drawn by lot. None for a name or a title that the fonts have no letters for: boxes certify nobody.
 */
export const certificatePdf = async (
  { pageUrl, school, verification, verifyHash }: Printed,
  language: Language
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const { fontkit, fonts, pdf, qr } = await (tools ??= load())
  const say = words[language]
  const { issuedAt, recipientName = say.nobody, title } = verification
  const document = await pdf.PDFDocument.create()
  document.registerFontkit(fontkit as never)
  const embedded = await Promise.all(fonts.map((bytes) => document.embedFont(bytes, { subset: true })))
  const font = (name: FontName) => embedded[fontNames.indexOf(name)]!
  const day = new Date(issuedAt.epochMilliseconds)
  document.setTitle(`${say.certificate} · ${title}`, { showInWindowTitleBar: true })
  document.setAuthor(school)
  document.setSubject(pageUrl)
  document.setProducer("Lyceum")
  document.setCreator("Lyceum")
  document.setCreationDate(day)
  document.setModificationDate(day)
  document.setLanguage(language)
  const page = document.addPage([size.width, size.height])
  frame(page, pdf.rgb)
  const width = size.width - 4 * margin
  const written: ReadonlyArray<Line> = [
    { text: school, font: font("DejaVuSans"), points: 13, y: 500, grey: 0.4 },
    { text: say.certificate, font: font("DejaVuSerif"), points: 40, y: 442 },
    { text: say.awarded, font: font("DejaVuSerif"), points: 13, y: 392, grey: 0.35 },
    { text: recipientName, font: font("DejaVuSerif-Italic"), points: 32, y: 345 },
    { text: say.passed, font: font("DejaVuSerif"), points: 13, y: 300, grey: 0.35 },
    { text: title, font: font("DejaVuSerif"), points: 22, y: 262 },
    {
      text: `${say.on} ${dayOf(issuedAt, language)}`,
      font: font("DejaVuSerif"),
      points: 13,
      y: 222,
      grey: 0.35
    },
    { text: verifyHash, font: font("DejaVuSans"), points: 7, y: 62, grey: 0.45 }
  ]
  for (const { font: wanted, grey = 0.1, points, text, y } of written) {
    const face = [wanted, font("DejaVuSans")].find((one) => writes(one, text))
    if (face === undefined) return undefined
    const fit = fitting(text, face, points, width)
    const x = (size.width - face.widthOfTextAtSize(text, fit)) / 2
    page.drawText(text, { x, y, size: fit, font: face, color: pdf.rgb(grey, grey, grey * 1.1) })
  }
  const { modules } = qr.create(pageUrl, { errorCorrectionLevel: "M" })
  const corner = { x: (size.width - qrSide) / 2, y: 96 }
  const side = qrSide / modules.size
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++)
      if (modules.get(row, column))
        page.drawRectangle({
          x: corner.x + column * side,
          y: corner.y + qrSide - (row + 1) * side,
          // A hair wider, so that no reader sees lines between them.
          width: side * 1.02,
          height: side * 1.02,
          color: pdf.rgb(0, 0, 0)
        })
  const scan = font("DejaVuSans")
  page.drawText(say.scan, {
    x: (size.width - scan.widthOfTextAtSize(say.scan, 8)) / 2,
    y: 80,
    size: 8,
    font: scan,
    color: pdf.rgb(0.4, 0.4, 0.45)
  })
  return Uint8Array.from(await document.save())
}

const frame = (page: PDFPage, rgb: typeof import("@cantoo/pdf-lib").rgb): void => {
  for (const [inset, borderWidth] of [
    [margin - 12, 2],
    [margin - 5, 0.6]
  ] as const)
    page.drawRectangle({
      x: inset,
      y: inset,
      width: size.width - 2 * inset,
      height: size.height - 2 * inset,
      borderColor: rgb(0.72, 0.61, 0.37),
      borderWidth
    })
}
