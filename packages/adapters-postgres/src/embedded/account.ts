/** The account PostgreSQL runs as, and the folders that account can enter. */
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import { createHash } from "node:crypto"
import { dirname, join, resolve } from "node:path"

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root, so root lends it an account; absent when we are somebody else already. */
export const unprivilegedAccount = (): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync("/etc/passwd", "utf8").split("\n")
  for (const wanted of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${wanted}:`))?.split(":") ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")
}

/** Whether every folder above `path` may be entered: one under /root (mode 700) may not. `path` itself need not exist. */
export const canReach = (account: Account | undefined, path: string): boolean => {
  if (account === undefined) return true
  for (let folder = realpathSync(dirname(path)); ; folder = dirname(folder)) {
    const { gid, mode, uid } = statSync(folder)
    const enter = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & enter) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** `wanted`, or a folder under /var/lib that stands for it when the account cannot enter `wanted`. */
export const reachableDataDir = (account: Account | undefined, wanted: string): string => {
  const path = resolve(wanted)
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true })
  if (canReach(account, path)) return path
  const folder = "/var/lib/lyceum"
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  return join(folder, createHash("sha256").update(path).digest("hex").slice(0, 16))
}
