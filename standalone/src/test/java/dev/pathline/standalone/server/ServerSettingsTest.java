package dev.pathline.standalone.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

class ServerSettingsTest {

    @Test
    void shouldListenOnThisMachineAlone() {
        ServerSettings settings = ServerSettings.of();

        assertThat(settings.address()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.devices()).containsExactly("auto");
        assertThat(settings.url(8080)).isEqualTo("http://localhost:8080");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,http://localhost:1", "::,http://localhost:1", "10.0.0.1,http://10.0.0.1:1",
        "::1,http://localhost:1", "2001:db8::1,http://[2001:db8:0:0:0:0:0:1]:1", "pathline,http://pathline:1"})
    void shouldSayWhereToFindIt(String address, String url) {
        assertThat(ServerSettings.of("--server.address=" + address).url(1)).isEqualTo(url);
    }

    @Test
    void shouldSayThatItIsEncrypted() {
        assertThat(ServerSettings.of("--server.ssl.bundle=web").url(1)).isEqualTo("https://localhost:1");
        assertThat(ServerSettings.of("--server.ssl.key-store=a.p12").url(1)).isEqualTo("https://localhost:1");
        assertThat(ServerSettings.of("--server.ssl.certificate=a.pem", "--server.ssl.enabled=false").url(1))
                .isEqualTo("http://localhost:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "65536", "", "80a"})
    void shouldRefuseWhatIsNoPort(String port) {
        assertThatThrownBy(() -> ServerSettings.of("--server.port=" + port)).hasMessageContaining("0 to 65535")
                .hasMessageContaining("'" + port + "'");
    }

    @Test
    void shouldReadTheFileOfAnOperator(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("application.yml"),
                "server: {port: 9001}\npathline: {api: {max-rows: 7}, worker: {slots: 3}, standalone: {models: /m}}\n");
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(
                "--spring.config.additional-location=" + folder.toUri()));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);

        assertThat(environment.getProperty("server.port")).isEqualTo("9001");
        assertThat(environment.getProperty("pathline.api.max-rows")).isEqualTo("7");
        assertThat(environment.getProperty("pathline.worker.slots")).isEqualTo("3");
        assertThat(ServerSettings.of("--spring.config.additional-location=" + folder.toUri()).models()).isEqualTo("/m");
    }

    /** Keys of the services' files can be overridden in the server's own file, too. */
    @Test
    void shouldPutTheServersFileBeforeThoseOfTheServices() {
        var environment = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        List<String> sources = environment.getPropertySources().stream().map(PropertySource::getName)
                .filter(name -> name.contains(".yml")).toList();

        int own = indexOf(sources, "application.yml", "document #1");
        for (String imported : List.of("pathline-api.yml", "pathline-worker.yml", "pathline-trainer.yml")) {
            assertThat(own).as(imported + " in " + sources).isBetween(0, indexOf(sources, imported, "") - 1);
        }
    }

    private static int indexOf(List<String> sources, String file, String document) {
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).contains(file) && sources.get(i).contains(document)) {
                return i;
            }
        }
        return -1;
    }
}
