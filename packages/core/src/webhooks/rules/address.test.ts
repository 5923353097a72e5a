import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { privateTargets, rebindingNames } from "../../../contract/targets.ts"
import { hostOf, isAllowedTarget, isPrivateHost, isPublicAddress } from "./address.ts"

describe("private targets", () => {
  it("the corpus is large enough to mean something (OPS-5)", () =>
    assert.isAtLeast(privateTargets.length, 60))

  it.each(privateTargets)("%s is refused by its name alone (OPS-5)", (url) =>
    assert.isTrue(isPrivateHost(hostOf(url), []), hostOf(url))
  )

  it.each(Object.keys(rebindingNames))(
    "%s is left to the name service, which says where it leads (OPS-5)",
    (url) => assert.isFalse(isPrivateHost(hostOf(url), []))
  )
})

describe("public targets", () => {
  it.each([
    "https://1.1.1.1/",
    "https://9.255.255.255/",
    "https://11.0.0.0/",
    "https://100.63.255.255/",
    "https://100.128.0.0/",
    "https://126.255.255.255/",
    "https://128.0.0.0/",
    "https://168.63.129.15/",
    "https://168.63.129.17/",
    "https://169.253.255.255/",
    "https://169.255.0.0/",
    "https://172.15.255.255/",
    "https://172.32.0.0/",
    "https://192.0.1.0/",
    "https://192.167.255.255/",
    "https://192.169.0.0/",
    "https://198.17.255.255/",
    "https://198.20.0.0/",
    "https://223.255.255.255/",
    "https://[2606:4700:4700::1111]/",
    "https://[2001:4860:4860::8888]/",
    "https://[2001:db9::]/",
    "https://[3ffe:ffff::1]/",
    "https://receiver.example/",
    "https://localhost.example/",
    "https://notlocalhost/",
    "https://10.example/"
  ])("%s, next to a private one, is not refused (OPS-5)", (url) =>
    assert.isFalse(isPrivateHost(hostOf(url), []))
  )

  it("every address of IPv4 is closed or public as the first number of its block says (OPS-5)", () => {
    const wholly = [0, 10, 127, ...Array.from({ length: 32 }, (_, n) => 224 + n)]
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom(...wholly), fc.nat(255), fc.nat(255), fc.nat(255)), (octets) =>
        assert.isFalse(isPublicAddress(octets.join(".")))
      )
    )
    const open = Array.from({ length: 223 }, (_, n) => n + 1).filter(
      (n) => ![...wholly, 100, 168, 169, 172, 192, 198, 203].includes(n)
    )
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom(...open), fc.nat(255), fc.nat(255), fc.nat(255)), (octets) =>
        assert.isTrue(isPublicAddress(octets.join(".")))
      )
    )
  })

  it("no address of IPv6 outside global unicast is public, nor one that carries an IPv4 address (OPS-5)", () => {
    const segment = fc.nat(0xffff).map((n) => n.toString(16))
    const segments = fc.array(segment, { minLength: 7, maxLength: 7 })
    const outside = fc.nat(0xffff).filter((n) => n < 0x2000 || n > 0x3fff)
    fc.assert(
      fc.property(outside, segments, (first, rest) =>
        assert.isFalse(isPublicAddress([first.toString(16), ...rest].join(":")))
      )
    )
    fc.assert(fc.property(segments, (rest) => assert.isFalse(isPublicAddress(["2002", ...rest].join(":")))))
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const prefix of ["::ffff:", "::", "64:ff9b::"])
          assert.isFalse(isPublicAddress(`${prefix}${address}`))
      })
    )
  })

  it("what is no plain address is not public (OPS-5)", () => {
    const odd = [
      "",
      "1.1.1",
      "1.1.1.1.1",
      "01.1.1.1",
      "0x1.1.1.1",
      "1.1.1.256",
      "1.1.1.1 ",
      "[2606:4700::1]",
      "2606:4700::1%eth0",
      "fe80::1%1",
      "name"
    ]
    for (const text of odd) assert.isFalse(isPublicAddress(text), text)
  })

  it("an address that is allowed by name is a target, its neighbours are not (OPS-5)", () => {
    assert.isTrue(isAllowedTarget("127.0.0.1", ["127.0.0.1"]))
    assert.isFalse(isAllowedTarget("127.0.0.2", ["127.0.0.1"]))
    assert.isFalse(isPrivateHost("127.0.0.1", ["127.0.0.1"]))
  })
})
