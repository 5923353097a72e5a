/** What README.md says to type is typed here, and answers what it says. */
import { assert, describe, it } from "@effect/vitest"
import { placeOf } from "@lyceum/adapters-postgres/embedded"
import { Effect } from "effect"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Ended, eventually, ran, started } from "./cli.ts"

const root = new URL("../../../", import.meta.url).pathname
const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, block]) => block!.split("\n").filter((line) => line !== "")
)
const lines = blocks.flat()

/** The commands of the README that begin with this, without what is said of them. */
const commandsOf = (beginning: string): ReadonlyArray<string> =>
  lines
    .filter((line) => line.startsWith(beginning))
    .map((line) =>
      line
        .replace(/\s+#.*/, "")
        .slice(beginning.length)
        .trim()
    )

/** The statuses that a comment promises, in its order. */
const promisedBy = (words: string): ReadonlyArray<number> =>
  (lines.find((line) => line.startsWith("#") && line.includes(words))?.match(/\b[1-5]\d\d\b/g) ?? []).map(
    Number
  )

const asked = (url: string, token?: string) =>
  Effect.promise(async () => {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` }
    })
    return { status: response.status, body: (await response.json()) as any }
  })

const dataFolder = Effect.acquireRelease(
  Effect.sync(() => join(mkdtempSync(join(tmpdir(), "lyceum-readme-")), "data")),
  (path) =>
    Effect.sync(() => {
      rmSync(placeOf(join(path, "pg")), { recursive: true, force: true })
      rmSync(join(path, ".."), { recursive: true })
    })
)

describe("the README", () => {
  it("names scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    const named = lines.flatMap((line) => /^npm (?:run (?:-s )?)?(\w+)/.exec(line)?.[1] ?? [])
    assert.includeMembers(named, ["start", "test", "lyceum"])
    for (const name of named) assert.property(scripts, name)
  })

  it("leads to files that there are", () => {
    const text = readFileSync(join(root, "README.md"), "utf8")
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!)
    assert.isAbove(links.length, 5)
    for (const path of links) assert.isTrue(existsSync(join(root, path)), path)
  })

  it.live(
    "says what the first requests and the first commands answer (API-1, CLI-1)",
    () =>
      Effect.gen(function* () {
        const on = { LYCEUM_DATA_DIR: yield* dataFolder }
        const server = yield* started({ ...on, PORT: "0" }, "serve", "--demo")
        const url = yield* eventually(() => /answers at (http:\S+)/.exec(server.stdout())?.[1])
        const tokenOf = (role: string) =>
          eventually(() => new RegExp(`^ +${role} +(ey\\S+)`, "m").exec(server.stdout())?.[1])
        const requests = commandsOf("curl").map((command) => command.replace(/^-\w+ /, ""))
        assert.lengthOf(requests, 4)

        const course = yield* asked(`${url}/v1/catalogue/python-for-data`)
        const lessons = yield* asked(`${url}/v1/courses/${course.body.id}/lessons`)
        const paid = lessons.body.items.find(({ decision }: any) => !decision.allowed)
        const placed = (text: string) =>
          text
            .replace("COURSE_ID", course.body.id)
            .replace("LESSON_ID", paid.lessonId)
            .replace("USER_ID", "2f86c5a9-e04d-4713-b5f2-a3d97c18e605")
            .replace(/^localhost:3000/, url)

        const [catalogue, page, list, reading] = yield* Effect.forEach(requests, (one) => asked(placed(one)))
        assert.deepStrictEqual([catalogue?.status, page?.status, list?.status], [200, 200, 200])
        assert.lengthOf(catalogue?.body.items, 3)
        assert.isTrue(list?.body.items.some(({ decision }: any) => decision.allowed))
        assert.isString(paid.decision.requiredTier)

        const member = yield* asked(placed(requests[3]!), yield* tokenOf("member"))
        const premium = yield* asked(placed(requests[3]!), yield* tokenOf("premium_member"))
        assert.deepStrictEqual([reading?.status ?? 0, member.status], promisedBy("behind the paywall"))
        assert.strictEqual(reading?.body.data.requiredTier, paid.decision.requiredTier)
        assert.strictEqual(premium.status, 200)
        assert.strictEqual(premium.body.lesson.id, paid.lessonId)

        for (const path of ["/docs", "/openapi.json"])
          assert.strictEqual((yield* Effect.promise(() => fetch(`${url}${path}`))).status, 200)

        const commands = commandsOf("npm run -s lyceum --")
        assert.isAtLeast(commands.length, 4)
        for (const command of commands) {
          const { code, stderr, stdout }: Ended = yield* ran(on, ...placed(command).split(" "))
          assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" }, command)
          assert.notStrictEqual(stdout, "", command)
        }
      }).pipe(Effect.scoped),
    120_000
  )
})
