/** What the core takes from the runtime, where there is Web Crypto: randomness, ids and digests. */
import { Layer } from "effect"
import { Digest, Mac, SecureRandom } from "effect/crypto"

export const platformLayer = Layer.mergeAll(
  SecureRandom.layerWebCrypto,
  Digest.layerWebCrypto,
  Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))
)
