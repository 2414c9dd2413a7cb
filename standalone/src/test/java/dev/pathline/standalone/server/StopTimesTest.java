package dev.pathline.standalone.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.yaml.snakeyaml.Yaml;

/** Whoever waits for a server or a training to stop waits longer than it takes. */
class StopTimesTest {

    /** What {@code docker stop} waits unless it is told otherwise. */
    private static final Duration DOCKER = Duration.ofSeconds(10);
    private static final Path ROOT = Path.of("..");

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(StandaloneProperties.class)
    static class Settings {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Settings.class);

    private static Map<?, ?> service(String name) throws IOException {
        Map<?, ?> compose = new Yaml().load(Files.readString(ROOT.resolve("docker-compose.yml")));
        return (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) compose.get("services")).get(name));
    }

    private static Duration grace(String service) throws IOException {
        return DurationStyle.detectAndParse((String) service(service).get("stop_grace_period"));
    }

    private static Duration graceOfTheJob() throws IOException {
        Iterable<Object> manifests = new Yaml().loadAll(Files.readString(ROOT.resolve("k8s/trainer-job.yaml")));
        Map<?, ?> job = StreamSupport.stream(manifests.spliterator(), false).map(one -> (Map<?, ?>) one)
                .filter(one -> "Job".equals(one.get("kind"))).findFirst().orElseThrow();
        Map<?, ?> pod = (Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) job.get("spec")).get("template")).get("spec");
        return Duration.ofSeconds((Integer) pod.get("terminationGracePeriodSeconds"));
    }

    @Test
    void shouldStopBeforeDockerKills() {
        runner.withInitializer(new ConfigDataApplicationContextInitializer()).run(context -> assertThat(
                context.getBean(StandaloneProperties.class).stopWithin()).isEqualTo(Duration.ofSeconds(9))
                .isLessThan(DOCKER));
    }

    @Test
    void shouldStopBeforeComposeKills() throws IOException {
        Map<?, ?> environment = (Map<?, ?>) Objects.requireNonNull(service("standalone").get("environment"));
        // By the very name that it is given there.
        runner.withInitializer(context -> context.getEnvironment().getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment.entrySet().stream()
                                .collect(Collectors.toMap(one -> (String) one.getKey(), Map.Entry::getValue)))))
                .run(context -> assertThat(context.getBean(StandaloneProperties.class).stopWithin())
                        .isGreaterThan(DOCKER).isLessThan(grace("standalone")));
    }

    @Test
    void shouldGiveATrainingTheSameTimeEverywhere() throws IOException {
        assertThat(grace("train")).isEqualTo(graceOfTheJob()).isGreaterThan(Duration.ofSeconds(175));
    }

    @Test
    void shouldRefuseATimeInWhichNothingCanEnd() {
        runner.withPropertyValues("pathline.standalone.stop-within=2s").run(context -> assertThat(context).hasFailed()
                .getFailure().rootCause().hasMessageContaining("pathline.standalone.stop-within must be at least 3"));
    }
}
