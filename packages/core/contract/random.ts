/** Randomness that a test can repeat: the same seed, the same ids, tokens and digests. */
import { Layer } from "effect"
import { Digest, Mac, SecureRandom } from "effect/crypto"

/** Mulberry32: small, fast, good enough for tests and nothing else. */
const generator = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}

/** In place of `platformLayer`; a fresh sequence for each build of the layer. */
export const seededPlatform = (seed: number) =>
  Layer.mergeAll(
    Layer.sync(SecureRandom.SecureRandom, () => {
      const next = generator(seed)
      return SecureRandom.make((size) => Uint8Array.from({ length: size }, () => next() & 0xff))
    }),
    Digest.layerWebCrypto,
    Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))
  )
