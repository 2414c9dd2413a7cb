package dev.pathline.api.webhooks;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Which addresses are on the Internet, and not in somebody's network (RFC 6890 and the registries of IANA for special purposes). A server that
 * sends wherever a client says would otherwise reach for the client what only the server can.
 */
final class PublicAddresses {

    private static final List<Net> PRIVATE = List.of(net("0.0.0.0", 8), net("10.0.0.0", 8), net("100.64.0.0", 10),
            net("127.0.0.0", 8), net("169.254.0.0", 16), net("172.16.0.0", 12), net("192.0.0.0", 24),
            net("192.0.2.0", 24), net("192.88.99.0", 24), net("192.168.0.0", 16), net("198.18.0.0", 15),
            net("198.51.100.0", 24), net("203.0.113.0", 24), net("224.0.0.0", 4), net("240.0.0.0", 4),
            // Of version 6: none, this machine, version 4 inside (mapped, translated, tunnelled), documentation, local ones, groups.
            net("::", 96), net("64:ff9b::", 96), net("64:ff9b:1::", 48), net("100::", 64), net("2001::", 23),
            net("2001:db8::", 32), net("2002::", 16), net("3fff::", 20), net("5f00::", 16), net("fc00::", 7),
            net("fe80::", 10), net("fec0::", 10), net("ff00::", 8));

    private PublicAddresses() {}

    /** A network: all addresses whose first bits are the same. */
    private record Net(InetAddress start, int bits) {

        boolean contains(InetAddress address) {
            byte[] first = start.getAddress();
            byte[] asked = address.getAddress();
            if (asked.length != first.length) {
                return false;
            }
            int host = 8 * first.length - bits;
            return new BigInteger(1, first).shiftRight(host).equals(new BigInteger(1, asked).shiftRight(host));
        }
    }

    private static Net net(String start, int bits) {
        return new Net(InetAddress.ofLiteral(start), bits);
    }

    /** Returns whether an address is on the Internet. */
    static boolean contain(InetAddress address) {
        return PRIVATE.stream().noneMatch(net -> net.contains(address));
    }

    /**
     * Returns an address of a host; asks the name server.
     *
     * @param anywhere whether it may be in somebody's network
     * @throws UnknownHostException if it has none, or one that may not be: a name that points to both is not trusted
     */
    static InetAddress of(String host, boolean anywhere) throws UnknownHostException {
        InetAddress[] all = InetAddress.getAllByName(host);
        for (InetAddress address : all) {
            if (!anywhere && !contain(address)) {
                throw new UnknownHostException(host + " is in a private network, at " + address.getHostAddress());
            }
        }
        return all[0];
    }
}
