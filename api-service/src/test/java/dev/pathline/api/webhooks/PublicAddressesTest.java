package dev.pathline.api.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "198.18.0.1", "198.19.255.255", "224.0.0.1",
        "255.255.255.255", "::1", "::", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "fe80::1", "fc00::1", "fd12:3456::1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "::127.0.0.1", "2001:db8::1"})
    void shouldKnowWhatIsNotOnTheInternet(String address) {
        assertThat(PublicAddresses.contain(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
        "198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1"})
    void shouldKnowWhatIs(String address) {
        assertThat(PublicAddresses.contain(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void shouldRefuseNamesOfPrivateAddresses() throws UnknownHostException {
        for (String name : new String[]{"localhost", "127.1", "0x7f.0.0.1", "2130706433"}) {
            assertThatThrownBy(() -> PublicAddresses.of(name, false)).as(name)
                    .isInstanceOf(UnknownHostException.class);
        }
        assertThat(PublicAddresses.of("localhost", true).isLoopbackAddress()).isTrue();
    }
}
