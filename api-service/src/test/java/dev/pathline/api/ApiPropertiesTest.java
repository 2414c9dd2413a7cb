package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class ApiPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Config.class);

    @Test
    void shouldHaveDefaults() {
        ApiProperties defaults = new ApiProperties(DataSize.ofMegabytes(1), Duration.ofSeconds(30), List.of(),
                List.of(), 20_000, Duration.ofSeconds(10),
                Duration.ofSeconds(5), false,
                new ApiProperties.Keys(ApiProperties.Required.AUTO, ""),
                new ApiProperties.Webhooks("", false, Duration.ofSeconds(10),
                        List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2),
                                Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(6)),
                        Duration.ofDays(7), Duration.ofMillis(500)),
                new ApiProperties.Retention(Duration.ofMinutes(30), 1000, DataSize.ofGigabytes(10),
                        Duration.ofSeconds(10)),
                new ApiProperties.Experiments(Duration.ofSeconds(2), Duration.ofSeconds(5)));
        runner.run(context -> assertThat(context.getBean(ApiProperties.class)).isEqualTo(defaults));
        // The commented file says the same.
        runner.withInitializer(new ConfigDataApplicationContextInitializer())
                .withPropertyValues("spring.config.import=classpath:pathline-api.yml").run(context -> {
                    assertThat(context.getBean(ApiProperties.class)).isEqualTo(defaults);
                    assertThat(context.getEnvironment().getProperty("pathline.api.retention.max-age")).isEqualTo("30m");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"max-body=0B", "max-body=2GB", "body-timeout=0s", "max-rows=0", "heartbeat=16s", "heartbeat=0s",
                "retry-after=0s", "retention.max-age=-1s", "retention.max-jobs=0", "retention.max-bytes=0B",
                "keys.admin=short", "webhooks.secret=short",
                "webhooks.timeout=0s", "webhooks.retries=0s", "webhooks.keep=0s", "webhooks.send-every=0s",
                "retention.sweep-every=0s",
                "experiments.tell-every=0s", "experiments.watch-every=0s"})
    void shouldRefuseNonsenseAtStart(String setting) {
        runner.withPropertyValues("pathline.api." + setting).run(context -> assertThat(context).getFailure()
                .rootCause().hasMessageStartingWith("pathline.api." + setting.substring(0, setting.indexOf('='))));
    }

    @EnableConfigurationProperties(ApiProperties.class)
    static class Config {}
}
