import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Importing effect anew for each file costs more than most files.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ["./test/properties.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/{core,adapters-memory,adapters-openfeature}/{contract,test}/**/*.test.ts",
            "packages/cli/test/unit/**/*.test.ts"
          ]
        }
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: [
            "packages/{adapters-postgres,adapters-http,cli}/test/**/*.test.ts",
            "examples/*/test/**/*.test.ts"
          ],
          exclude: ["packages/cli/test/unit/**"],
          globalSetup: ["./test/global-pg.ts"]
        }
      }
    ]
  }
})
