package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.script.TickProgram;
import dev.pathline.worker.Workers.Ask;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The spans that a worker records, with the sampler it runs with. */
final class JobTracesTest {

    private static final AttributeKey<String> JOB = AttributeKey.stringKey("pathline.job");

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();

    @RegisterExtension
    final Workers workers = new Workers(OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .setSampler(new LinkSampler(Sampler.parentBased(Sampler.alwaysOff()))).build()).build());

    /** Submits as the API does while it answers a request of a span. */
    private String submit(Span request, Ask ask) {
        try (Scope _ = request.makeCurrent()) {
            return workers.submit(ask);
        }
    }

    /** A request whose client asked that it be traced. */
    private static Span traced(String id) {
        return Span.wrap(SpanContext.create("0".repeat(31) + id, "0".repeat(15) + id,
                TraceFlags.getSampled(), TraceState.getDefault()));
    }

    private SpanData span(String name, String job) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name) && job.equals(span.getAttributes().get(JOB)))
                .findFirst().orElseThrow();
    }

    private List<SpanData> evaluations() {
        return spans.getFinishedSpanItems().stream().filter(span -> span.getName().equals("evaluation")).toList();
    }

    private void run(UnaryOperator<TickProgram> programs, List<String> jobs) {
        workers.start("w", Workers.properties(), programs);
        jobs.forEach(workers::events);
        // The last word about a job is said on another thread than the one that ends the span of its last evaluation.
        workers.stop();
    }

    @Test
    void shouldLinkEvaluationsToTheJobsThatTookPart() {
        String first = submit(traced("1"), Ask.of("good", 2, 3));
        String second = submit(traced("2"), Ask.of("good", 1, 5));
        String untraced = workers.submit(Ask.of("good", 1, 9));
        run(UnaryOperator.identity(), List.of(first, second, untraced));

        for (String job : List.of(first, second)) {
            String request = "0".repeat(15) + (job.equals(first) ? "1" : "2");
            assertThat(span("wait", job).getParentSpanId()).isEqualTo(request);
            SpanData generate = span("generate", job);
            assertThat(generate.getParentSpanId()).isEqualTo(request);
            assertThat(generate.getTraceId()).isEqualTo("0".repeat(16) + request);
            assertThat(generate.getStatus()).isEqualTo(StatusData.unset());
            assertThat(span("wait", job).getEndEpochNanos()).isEqualTo(generate.getStartEpochNanos());
            assertThat(evaluations().stream().flatMap(span -> span.getLinks().stream()).map(LinkData::getSpanContext)
                    .filter(generate.getSpanContext()::equals)).hasSize(job.equals(first) ? 3 : 5);
        }
        assertThat(evaluations()).allSatisfy(span -> {
            assertThat(span.getParentSpanContext().isValid()).isFalse();
            assertThat(span.getLinks()).isNotEmpty();
        });
        assertThat(spans.getFinishedSpanItems()).noneMatch(span -> untraced.equals(span.getAttributes().get(JOB)));
    }

    @Test
    void shouldSayWhyAJobFailed() {
        String job = submit(traced("1"), Ask.of("good", 2, 3));
        run(real -> new FaultyProgram(real, 1000, new AtomicInteger(1), null), List.of(job));

        assertThat(span("generate", job).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span("generate", job).getStatus().getDescription()).contains("injected");
        assertThat(evaluations()).anySatisfy(
                span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
    }
}
