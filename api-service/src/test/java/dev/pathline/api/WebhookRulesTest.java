package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Webhooks of a server as it is by default: not into private networks. */
@TestPropertySource(properties = {"pathline.api.webhooks.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "pathline.api.webhooks.retries=50ms", "pathline.api.webhooks.send-every=50ms"})
class WebhookRulesTest extends ApiTestBase {

    private static String with(String url) {
        return "{\"model\":\"stripes\",\"label\":\"rows\",\"webhook\":{\"url\":\"" + url + "\"}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/", "https://10.0.0.1:9/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/"})
    void shouldRefuseAddressesInPrivateNetworks(String url) {
        JsonNode problem = json(generate(with(url)), 400);
        assertThat(problem.path("errors").get(0).path("field").asString()).isEqualTo("webhook.url");
        assertThat(problem.path("detail").asString()).contains("private network");
    }

    @Test
    void shouldNotReachThemByNames() throws Exception {
        String job = json(generate(with("http://localhost:" + port + "/")), 200).path("id").asString();
        long end = System.nanoTime() + PATIENCE.toNanos();
        JsonNode webhook;
        do {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
            webhook = json(client.get().uri("/webhooks?state=dead"), 200).path("webhooks").path(0);
        } while (webhook.isMissingNode());
        assertThat(webhook.path("job").asString()).isEqualTo(job);
        assertThat(webhook.path("error").asString()).contains("private network");
    }
}
