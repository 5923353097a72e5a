import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as fc from "fast-check"
import { clientAddress, countedAs, networkOf, readAddress, readNetwork } from "./address.ts"

const address = (text: string) => Option.getOrThrow(readAddress(text))
const networks = (...texts: ReadonlyArray<string>) =>
  texts.map((text) => Option.getOrThrow(readNetwork(text)))
const proxies = networks("10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48")
const from = (socket: string, forwardedFor?: string) =>
  countedAs(clientAddress(address(socket), forwardedFor, proxies))

const ipv4 = fc.ipV4()
const isProxy = (text: string) => text.startsWith("10.") || text === "192.0.2.7"

describe("the client's address", () => {
  it("is the socket's when no proxy of ours stands there, whatever the header says (KER-25)", () => {
    assert.strictEqual(from("203.0.113.9"), "203.0.113.9/32")
    assert.strictEqual(from("203.0.113.9", "198.51.100.1"), "203.0.113.9/32")
    assert.strictEqual(countedAs(clientAddress(address("10.0.0.1"), "198.51.100.1", [])), "10.0.0.1/32")
  })

  it("behind our proxies is the right-most entry that is none of them; what stands left of it is not believed (KER-25)", () => {
    assert.strictEqual(from("10.0.0.1", "198.51.100.1"), "198.51.100.1/32")
    assert.strictEqual(from("10.0.0.1", "6.6.6.6, 198.51.100.1"), "198.51.100.1/32")
    assert.strictEqual(from("10.0.0.1", "6.6.6.6,198.51.100.1 ,10.9.9.9,  192.0.2.7"), "198.51.100.1/32")
    assert.strictEqual(from("192.0.2.7", "10.6.6.6, 198.51.100.1"), "198.51.100.1/32")
    assert.strictEqual(from("192.0.2.8", "198.51.100.1"), "192.0.2.8/32")
    assert.strictEqual(from("2001:db8:ffff::1", "2001:db8:1:2::3"), "2001:db8:1:2::/64")
  })

  it("is the left-most when all are our proxies, and the proxy's when it wrote no address (KER-25)", () => {
    assert.strictEqual(from("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3/32")
    assert.strictEqual(from("10.0.0.1"), "10.0.0.1/32")
    for (const garbage of [
      "unknown",
      "",
      " ",
      "_hidden",
      "198.51.100.1.5",
      "1.2.3",
      "999.1.1.1",
      "0x7f.1",
      "fe80::1::2",
      "10.0.0.0/8"
    ]) {
      assert.strictEqual(from("10.0.0.1", `6.6.6.6, ${garbage}`), "10.0.0.1/32", garbage)
      assert.strictEqual(from("10.0.0.1", `${garbage}, 10.0.0.2`), "10.0.0.2/32", garbage)
    }
  })

  it("is read with a port, in brackets, and mapped (KER-25)", () => {
    assert.strictEqual(from("10.0.0.1", "198.51.100.1:4711"), "198.51.100.1/32")
    assert.strictEqual(from("10.0.0.1", "[2001:db8:1:2::3]"), "2001:db8:1:2::/64")
    assert.strictEqual(from("10.0.0.1", "[2001:db8:1:2::3]:4711"), "2001:db8:1:2::/64")
    assert.strictEqual(from("::ffff:10.0.0.1", "::ffff:198.51.100.1"), "198.51.100.1/32")
    assert.strictEqual(from("fe80::1%eth0"), "fe80::/64")
  })

  it("cannot be chosen by the client, however much of the header it writes (KER-25)", () => {
    const said = fc.array(
      fc.oneof(ipv4, fc.ipV6(), fc.string(), fc.constantFrom("10.0.0.1", "192.0.2.7", "127.0.0.1")),
      { maxLength: 6 }
    )
    fc.assert(
      fc.property(
        said,
        ipv4.filter((text) => !isProxy(text)),
        fc.nat(3),
        (claimed, real, hops) => {
          // What our proxies add: the real address, and then each other's.
          const header = [
            ...claimed,
            real,
            ...Array.from({ length: hops }, (_, hop) => `10.0.0.${hop}`)
          ].join(", ")
          assert.strictEqual(from("10.0.0.250", header), `${real}/32`)
        }
      ),
      { numRuns: 1000, seed: 1 }
    )
  })
})

describe("what a limit counts", () => {
  it("is an IPv4 address, mapped or not, and the /64 of an IPv6 one (KER-25)", () => {
    assert.strictEqual(countedAs(address("::ffff:203.0.113.9")), countedAs(address("203.0.113.9")))
    assert.strictEqual(countedAs(address("::ffff:cb00:7109")), "203.0.113.9/32")
    assert.strictEqual(countedAs(address("2001:DB8:1:2:3:4:5:6")), "2001:db8:1:2::/64")
    assert.notStrictEqual(countedAs(address("2001:db8:1:2::")), countedAs(address("2001:db8:1:3::")))
  })

  it("is the same for all of a /64, however it is spelled (KER-25)", () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(
        fc.tuple(group, group, group, group),
        fc.tuple(group, group, group, group),
        fc.boolean(),
        (prefix, host, upper) => {
          if (prefix.every((one) => one === 0)) return
          const text = [...prefix, ...host]
            .map((one) => one.toString(16).padStart(upper ? 4 : 0, "0"))
            .join(":")
          const expected = countedAs(
            address([...prefix, 0, 0, 0, 0].map((one) => one.toString(16)).join(":"))
          )
          assert.strictEqual(countedAs(address(upper ? text.toUpperCase() : text)), expected)
        }
      ),
      { numRuns: 500, seed: 1 }
    )
  })
})

describe("the network that is kept", () => {
  it("is a /24 or a /48 (KER-25)", () => {
    assert.strictEqual(networkOf(address("203.0.113.9")), "203.0.113.0/24")
    assert.strictEqual(networkOf(address("::ffff:203.0.113.9")), "203.0.113.0/24")
    assert.strictEqual(networkOf(address("2001:db8:1:2:3:4:5:6")), "2001:db8:1::/48")
  })
})

describe("a proxy", () => {
  it("is configured as an address or a network; anything else is none (KER-25)", () => {
    for (const text of ["10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "::ffff:10.0.0.1"])
      assert.isTrue(Option.isSome(readNetwork(text)), text)
    for (const text of ["", "proxy", "10.0.0.1/33", "10.0.0.1/8", "2001:db8::/129", "10.0.0"])
      assert.isTrue(Option.isNone(readNetwork(text)), text)
  })
})
