package bridge

import (
	"net/netip"
	"slices"
	"strings"
)

// InNetworks says that one of the networks has the address.
func InNetworks(addr netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(addr) })
}

// SourceOf returns the address that a request came from, which had remote as its peer and forwarded as its X-Forwarded-For. Behind
// trusted proxies it is the last address of forwarded that is not one of theirs: what stands before it is the sender's own
// invention. The zero Addr stands for an address that cannot be read.
func SourceOf(remote string, forwarded []string, proxies []netip.Prefix) netip.Addr {
	source := parseAddr(remote)
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && InNetworks(source, proxies); i-- {
		hop := parseAddr(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		source = hop
	}
	return source
}

// parseAddr reads an address with or without a port.
func parseAddr(text string) netip.Addr {
	if addr, err := netip.ParseAddrPort(text); err == nil {
		return addr.Addr().Unmap().WithZone("")
	}
	addr, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone("")
}

// NetworkOf is what one sender has at least: an IPv4 address, or the 64 bits of an IPv6 network.
func NetworkOf(source netip.Addr) netip.Prefix {
	bits := source.BitLen()
	if source.Is6() {
		bits = 64
	}
	network, _ := source.Prefix(bits) // fails for no valid address; the zero one has the zero network
	return network
}
