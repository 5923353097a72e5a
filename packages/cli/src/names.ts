import { String as Text } from "effect"

/** `isFreePreview` on the command line: `is-free-preview`. */
export const kebab = (name: string): string => Text.camelToSnake(name).replaceAll("_", "-")
