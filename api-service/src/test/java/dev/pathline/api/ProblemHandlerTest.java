package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.api.error.ProblemHandler;
import dev.pathline.common.port.RegistryUnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

@ExtendWith(OutputCaptureExtension.class)
class ProblemHandlerTest {

    private static MockServerWebExchange fail(Throwable error) {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/models"));
        new ProblemHandler().handle(exchange, error).block(Duration.ofSeconds(60));
        return exchange;
    }

    @Test
    void shouldLogWhyTheRegistryIsNotThereAndTellNobody(CapturedOutput output) {
        var cause = new IllegalStateException("the bucket's name has no address");

        var exchange = fail(new RegistryUnavailableException("the models' list cannot be read", cause));

        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(exchange.getResponse().getBodyAsString().block(Duration.ofSeconds(60)))
                .contains("the server's log says why").doesNotContain("bucket");
        assertThat(output).contains("/models", "the models' list cannot be read",
                "Caused by: java.lang.IllegalStateException: the bucket's name has no address");
    }

    @Test
    void shouldLogTheCauseOfWhatNobodyForesaw(CapturedOutput output) {
        fail(new IllegalStateException("outer", new IllegalArgumentException("inner")));

        assertThat(output).contains("Caused by: java.lang.IllegalArgumentException: inner");
    }
}
