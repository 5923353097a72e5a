#!/usr/bin/env node
// Entry of `npm start`, `npm test`, `npm run lyceum` and `npm run bench`: plain JavaScript, no dependencies, runs on any Node >= 20.
//  1. finds a Node >= 24 and a pnpm 12, or fetches the ones pinned in tools/toolchain,
//  2. installs the locked dependencies, only when a lockfile changed since the last time,
//  3. runs the task under that Node, forwards signals to it and ends with its exit code.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const MIN_NODE = 24
const PNPM = "12."
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const toolchain = join(root, "tools", "toolchain")

// What npm tells its scripts would confuse pnpm, but for the way to the registry.
const ours =
  /^npm_config_(registry|cache|cafile|proxy|https_proxy|noproxy|strict_ssl|userconfig|globalconfig)$/i
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || ours.test(name))
)

const prependPath = (folder) => {
  env.PATH = folder + delimiter + (env.PATH ?? "")
}

const digest = (files) =>
  files.reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256")).digest("hex")

/** Runs `install` unless the lock files are those of the last installation in `folder`. */
const installOnce = (folder, locks, install) => {
  const stamp = join(folder, "node_modules", ".installed")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest(locks)) return
  install()
  writeFileSync(stamp, digest(locks))
}

/** A step of the installation. Its output goes to stderr: stdout belongs to the task. */
const must = (command, args, cwd) => {
  const result = spawnSync(command, args, { cwd, env, stdio: ["ignore", 2, 2] })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}

const hasPnpm = () => {
  const version = spawnSync("pnpm", ["--version"], { cwd: root, env, encoding: "utf8" }).stdout
  return (version ?? "").startsWith(PNPM)
}

const packagedNode = () => {
  const name = `node-${process.platform}-${process.arch}`
  const path = join(toolchain, "node_modules", name, "bin", "node")
  if (existsSync(path)) return path
  console.error(`Needs Node >= ${MIN_NODE}. This is ${process.version}, and there is no package ${name}.`)
  process.exit(1)
}

/** Puts the right Node and pnpm first on the PATH, and answers where that Node is. */
const provideTools = () => {
  const nodeIsFine = Number(process.versions.node.split(".")[0]) >= MIN_NODE
  const pnpmIsFine = hasPnpm()
  if (!nodeIsFine || !pnpmIsFine) {
    installOnce(toolchain, [join(toolchain, "package-lock.json")], () => {
      console.error("Installing the pinned Node and pnpm …")
      must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], toolchain)
    })
  }
  if (!pnpmIsFine) prependPath(join(toolchain, "node_modules", "pnpm"))
  const node = nodeIsFine ? process.execPath : packagedNode()
  prependPath(dirname(node))
  return node
}

const installDependencies = () =>
  installOnce(root, [join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")], () => {
    console.error("Installing the dependencies …")
    must("pnpm", ["install", "--frozen-lockfile", "--config.confirmModulesPurge=false"], root)
  })

const commandOf = (task, node, args) => {
  if (task === "start") return [node, "packages/cli/src/main.ts", "serve", "--demo", ...args]
  if (task === "lyceum") return [node, "packages/cli/src/main.ts", ...args]
  if (task === "test") return [node, "node_modules/vitest/vitest.mjs", "run", ...args]
  if (task === "bench") return [node, "bench/src/index.ts", ...args]
  if (task === "exec" && args.length > 0) return args
  console.error("Usage: node scripts/run.mjs start | test | lyceum | bench | exec <command> [arguments]")
  process.exit(2)
}

const run = ([program, ...args]) => {
  const parent = process.ppid
  const child = spawn(program, args, { cwd: root, env, stdio: "inherit" })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  // A killed parent tells nobody: notice that it is gone.
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM")
  }, 500).unref()
  child.on("error", (error) => {
    console.error(error.message)
    process.exit(127)
  })
  child.on("exit", (code) => process.exit(code ?? 1))
}

const [task, ...args] = process.argv.slice(2)
const node = provideTools()
installDependencies()
prependPath(join(root, "node_modules", ".bin"))
run(commandOf(task, node, args))
