/** The verbs of settings. Source: IDN-4. */
import { defaultSettings, type Settings, type SettingsPatch } from "../model/settings.ts"

type Tree = { readonly [key: string]: unknown }

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What `patch` names replaces, however deep; the rest of `base` stays. */
const merged = (base: Tree, patch: Tree): Tree => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(patch).map(([key, value]) => {
      const before = base[key]
      return [key, isTree(value) && isTree(before) ? merged(before, value) : value]
    })
  )
})

/** The choices of a user after another one. */
export const choose = (chosen: SettingsPatch, patch: SettingsPatch): SettingsPatch => merged(chosen, patch)

/** All settings: the defaults where nothing was chosen. */
export const complete = (chosen: SettingsPatch): Settings => merged(defaultSettings, chosen) as Settings
