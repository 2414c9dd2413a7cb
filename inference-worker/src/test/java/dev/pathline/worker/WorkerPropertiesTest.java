package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class WorkerPropertiesTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(WorkerProperties.class)
    static class Settings {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Settings.class);

    @Test
    void shouldHaveTheDefaultsThatTheFileLists() {
        runner.run(bare -> new ApplicationContextRunner().withUserConfiguration(Settings.class)
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withPropertyValues("spring.config.import=classpath:pathline-worker.yml")
                .run(listed -> assertThat(listed.getBean(WorkerProperties.class))
                        .isEqualTo(bare.getBean(WorkerProperties.class))
                        .isEqualTo(new WorkerProperties(List.of("auto"), 0, "auto", List.of("auto"), 128, 0,
                                DataSize.ofBytes(0), List.of(), 128, 16,
                                Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(10)))));
    }

    @ParameterizedTest
    @CsvSource({"slots=0, slots must be at least 1", "rows=-1, rows must be 0", "memory=-1B, memory must be 0",
        "watchdog=0s, watchdog must be", "device=, device must name", "threads=-1, threads must be 0",
        "jobs=0, jobs must be", "ahead=0, ahead must be",
        "lease=1s, lease must be at least 3s", "drain=-1s, drain must not be"})
    void shouldNameTheKeyThatIsWrong(String setting, String message) {
        runner.withPropertyValues("pathline.worker." + setting).run(context -> assertThat(context).hasFailed()
                .getFailure().rootCause().hasMessageContaining("pathline.worker." + message));
    }
}
