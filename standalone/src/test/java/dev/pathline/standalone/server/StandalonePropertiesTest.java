package dev.pathline.standalone.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.s3.S3Settings;
import dev.pathline.s3.S3Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class StandalonePropertiesTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(StandaloneProperties.class)
    static class Settings {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Settings.class);

    @Test
    void shouldHaveTheDefaultsThatTheFileLists() {
        runner.run(bare -> new ApplicationContextRunner().withUserConfiguration(Settings.class)
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withPropertyValues("PATHLINE_MODELS=models", "PATHLINE_CACHE=cache")
                .run(listed -> assertThat(listed.getBean(StandaloneProperties.class))
                        .isEqualTo(bare.getBean(StandaloneProperties.class))));
    }

    @Test
    void shouldReadABucket() {
        runner.withPropertyValues("pathline.standalone.registry=s3", "pathline.standalone.s3.bucket=models",
                "pathline.standalone.s3.prefix=/a/b/", "pathline.standalone.s3.endpoint=http://localhost:9000",
                "pathline.standalone.s3.path-style=true", "pathline.standalone.s3.cache=/tmp/cache")
                .run(context -> {
                    S3Settings settings = context.getBean(StandaloneProperties.class).s3().settings();
                    assertThat(settings.location()).isEqualTo("s3://models/a/b");
                    assertThat(settings.pathStyle()).isTrue();
                    assertThat(settings.region()).isNull();
                    assertThat(settings.cache()).isEqualTo(Path.of("/tmp/cache"));
                    assertThat(settings.maxAge()).isEqualTo(Duration.ofSeconds(5));
                    assertThat(settings.timeouts()).isEqualTo(S3Timeouts.DEFAULT);
                });
    }

    @Test
    void shouldRefuseATimeOutThatEndsEveryCall() {
        runner.withPropertyValues("pathline.standalone.registry=s3", "pathline.standalone.s3.bucket=models",
                "pathline.standalone.s3.call-timeout=1s").run(
                        context -> assertThat(context).hasFailed().getFailure().rootCause()
                                .hasMessageContaining("call-timeout at least silence-timeout"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "a"})
    void shouldNameTheSettingThatIsWrong(String bucket) {
        runner.withPropertyValues("pathline.standalone.registry=s3", "pathline.standalone.s3.bucket=" + bucket)
                .run(context -> assertThat(context).hasFailed().getFailure().rootCause()
                        .hasMessageContaining("bucket's name"));
    }
}
