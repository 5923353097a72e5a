/** Which addresses a webhook may go to: those of the public internet, and nothing of ours. Source: OPS-5. */
import { Result } from "effect"
import { IpNetwork, NetAddress } from "effect/net"

/** IPv4 that is not somebody else's public host, after the special-purpose registry of IANA. */
const closedIpv4 = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared by carriers; also metadata of Alibaba Cloud
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // public by number, but the inside of every Azure machine
  "169.254.0.0/16", // link-local; metadata of most clouds
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; metadata of Oracle Cloud
  "192.0.2.0/24", // documentation
  "192.31.196.0/24", // AS112
  "192.52.193.0/24", // AMT
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "192.175.48.0/24", // AS112
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4" // reserved, broadcast
].map(IpNetwork.fromStringUnsafe)

/** IPv6 is open only where global unicast is handed out, so loopback, mapped, NAT64, private and multicast are closed. */
const openIpv6 = IpNetwork.fromStringUnsafe("2000::/3")
const closedIpv6 = [
  "2001::/23", // protocol assignments, Teredo, ORCHID, benchmarks
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4 carries an IPv4 address
  "2620:4f:8000::/48", // AS112
  "3fff::/20" // documentation
].map(IpNetwork.fromStringUnsafe)

/** Whether the text is the address of a public host. What is no plain IP address is not. */
export const isPublicAddress = (text: string): boolean => {
  const parsed = NetAddress.ipFromString(text)
  if (Result.isFailure(parsed)) return false
  const address = parsed.success
  const isIn = (network: IpNetwork.IpNetwork) => IpNetwork.contains(network, address)
  return NetAddress.isIpv4Address(address) ? !closedIpv4.some(isIn) : isIn(openIpv6) && !closedIpv6.some(isIn)
}

/** Whether a connection to the address may be opened. */
export const isAllowedTarget = (address: string, allowed: ReadonlyArray<string>): boolean =>
  allowed.includes(address) || isPublicAddress(address)

/** The host of an address on the web, without the brackets of IPv6. Decimal, octal and short forms are dotted by then. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, "")

/**
 * Whether a host names a private target by itself, without asking the name service: a private address, or `localhost`. Names
 * that resolve to private addresses are refused when it comes to connecting.
 */
export const isPrivateHost = (host: string, allowed: ReadonlyArray<string>): boolean =>
  Result.isSuccess(NetAddress.ipFromString(host))
    ? !isAllowedTarget(host, allowed)
    : /(?:^|\.)localhost\.?$/.test(host)
