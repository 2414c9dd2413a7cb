package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class TrainerPropertiesTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(TrainerProperties.class)
    static class Settings {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Settings.class);

    @Test
    void shouldHaveTheDefaultsThatTheFileLists() {
        runner.run(bare -> new ApplicationContextRunner().withUserConfiguration(Settings.class)
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withPropertyValues("spring.config.import=classpath:pathline-trainer.yml",
                        "PATHLINE_METRICS=metrics", "PATHLINE_RUNS=runs")
                .run(listed -> assertThat(listed.getBean(TrainerProperties.class))
                        .isEqualTo(bare.getBean(TrainerProperties.class))
                        .isEqualTo(new TrainerProperties(true, "auto", 0, Path.of("runs"), Path.of("metrics"),
                                List.of("/usr/share/datasets", "data"),
                                Duration.ofSeconds(60)))));
    }

    @ParameterizedTest
    @CsvSource({"threads=-1, threads must be 0", "drain=-1s, drain must not be"})
    void shouldNameTheKeyThatIsWrong(String setting, String message) {
        runner.withPropertyValues("pathline.trainer." + setting).run(context -> assertThat(context).hasFailed()
                .getFailure().rootCause().hasMessageContaining("pathline.trainer." + message));
    }
}
