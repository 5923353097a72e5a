// Packs every package that is published, and checks the tarballs: publint, and that their types resolve for users.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), "lyceum-pack-"))
const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name))
const isPublished = (path) => JSON.parse(readFileSync(join(path, "package.json"), "utf8")).private !== true
const bin = (name) => join(root, "node_modules", ".bin", name)

/** Runs a command and answers whether it succeeded; what it printed is shown when it did not. */
const succeeds = (command, args, cwd) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (status !== 0) console.error(`${command} ${args.join(" ")}\n${stdout}${stderr}`)
  return status === 0
}

const checks = packages.filter(isPublished).map((path) => {
  const target = mkdtempSync(join(folder, "p-"))
  if (!succeeds("pnpm", ["pack", "--pack-destination", target], path)) return false
  const tarball = join(target, readdirSync(target)[0])
  const fine = [
    succeeds(bin("publint"), ["run", "--strict", tarball], path),
    succeeds(bin("attw"), [tarball, "--profile", "esm-only"], path)
  ].every(Boolean)
  console.log(`${fine ? "ok    " : "FAILED"} ${path.split("/").at(-1)}`)
  return fine
})

rmSync(folder, { recursive: true })
process.exit(checks.length > 0 && checks.every(Boolean) ? 0 : 1)
