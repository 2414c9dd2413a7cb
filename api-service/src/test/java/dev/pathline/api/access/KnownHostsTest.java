package dev.pathline.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static boolean knows(List<String> configured, @Nullable InetAddress bound, String host) {
        return Authority.of(host).filter(new KnownHosts(configured, bound)::contains).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "LOCALHOST", "LocalHost:1", "localhost.", "app.localhost",
        "127.0.0.1", "127.0.0.1:8080", "127.1.2.3", "[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:80",
        "0.0.0.0:8080", "localhost:"})
    void shouldKnowThisMachine(String host) {
        assertThat(knows(List.of(), LOOPBACK, host)).isTrue();
        assertThat(knows(List.of(), null, host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
        "notlocalhost", "localhost@evil.example", "evil.example@localhost", "localhost/evil", "", " ", "[::1", "::1",
        "localhost:99999", "localhost:80x", "[evil]", "[::1]evil", "localhost,evil", "10.0.0.1", "[fe80::1%25eth0]",
        "pathline", "pathline.default.svc"})
    void shouldKnowNothingElseOnThisMachineAlone(String host) {
        assertThat(knows(List.of(), LOOPBACK, host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:8080", "192.168.1.5", "[2001:db8::1]:8080", "[fe80::1%25eth0]:80", "pathline",
        "PATHLINE:8080", "pathline.default.svc", "pathline.default.svc.cluster.local", "host.docker.internal"})
    void shouldKnowWhatItIsCalledInContainers(String host) {
        assertThat(knows(List.of(), null, host)).isTrue();
        assertThat(knows(List.of(), InetAddress.ofLiteral("0.0.0.0"), host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "pathline.dev", "svc.evil.example", "internal.evil.example",
        "cluster.local.evil.example", "10.0.0.1.evil.example"})
    void shouldKnowNoPublicNamesInContainers(String host) {
        assertThat(knows(List.of(), null, host)).isFalse();
    }

    @Test
    void shouldKnowWhatIsConfigured() {
        List<String> configured = List.of("pathline.example.com", "*.lab.example", "10.0.0.7", "2001:db8::7");

        assertThat(List.of("pathline.example.com", "Pathline.Example.COM:443", "pathline.example.com.", "a.lab.example",
                "a.b.lab.example:80", "10.0.0.7", "[2001:db8:0::7]:8080"))
                .allMatch(host -> knows(configured, LOOPBACK, host));
        assertThat(List.of("example.com", "www.pathline.example.com", "lab.example", "evillab.example", "10.0.0.8"))
                .noneMatch(host -> knows(configured, LOOPBACK, host));
        assertThat(knows(List.of("*"), LOOPBACK, "evil.example")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://pathline.example.com", "pathline.example.com:8080", "a b", "*.", "*x.example/"})
    void shouldRefuseWhatIsNoHost(String entry) {
        assertThatThrownBy(() -> new KnownHosts(List.of(entry), null)).hasMessageContaining("pathline.api.hosts")
                .hasMessageContaining(entry);
    }
}
