import { String as Text } from "effect"

/** `isFreePreview` on the command line: `is-free-preview`. Names of variables stay as they are. */
export const kebab = (name: string): string =>
  /[a-z]/.test(name) ? Text.camelToSnake(name).replaceAll("_", "-") : name
