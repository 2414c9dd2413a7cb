package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What reaches a collector of traces when a job goes through the server. */
class TracesIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private List<Span> named(String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    private HttpServer collector() throws Exception {
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()).getResourceSpansList()
                        .forEach(of -> of.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
        return collector;
    }

    @Test
    void shouldFollowAJobFromItsRequestToItsEvaluations() throws Exception {
        HttpServer collector = collector();
        try (PathlineProcess server = PathlineProcess.serve("--",
                "--management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:"
                        + collector.getAddress().getPort() + "/v1/traces",
                "--management.opentelemetry.tracing.export.schedule-delay=100ms");
                HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            int status = client.send(HttpRequest.newBuilder(URI.create(server.address() + "/generate"))
                    .header("content-type", "application/json")
                    .header("traceparent", "00-" + TRACE + "-" + CLIENT + "-01")
                    .POST(BodyPublishers.ofString("{\"model\":\"mixture-2d\",\"steps\":3}")).build(),
                    BodyHandlers.discarding()).statusCode();

            assertThat(status).isEqualTo(200);
            await().atMost(Duration.ofSeconds(30)).until(() -> !named("generate").isEmpty()
                    && named("evaluation").size() == 3 && !named("http post /generate").isEmpty());
            Span request = named("http post /generate").getFirst();
            Span generate = named("generate").getFirst();
            assertThat(hex(request.getTraceId())).isEqualTo(TRACE);
            assertThat(hex(request.getParentSpanId())).isEqualTo(CLIENT);
            assertThat(hex(generate.getTraceId())).isEqualTo(TRACE);
            assertThat(generate.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(named("wait")).singleElement()
                    .satisfies(wait -> assertThat(wait.getParentSpanId()).isEqualTo(request.getSpanId()));
            assertThat(named("evaluation")).allSatisfy(span -> assertThat(span.getLinksList()).singleElement()
                    .satisfies(link -> assertThat(link.getSpanId()).isEqualTo(generate.getSpanId())));
        } finally {
            collector.stop(0);
        }
    }
}
