package dev.pathline.common.trace;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trace that something belongs to, as text that travels with a job: the {@code traceparent} header of
 * <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>.
 */
public final class TraceParent {

    private static final String HEADER = "traceparent";
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        public Set<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    };

    private TraceParent() {}

    /** Returns the span that the calling thread is in, or null if it is in none. */
    public static @Nullable String current() {
        var headers = new HashMap<String, String>();
        W3C.inject(Context.current(), headers, (carrier, key, value) -> {
            if (carrier != null) {
                carrier.put(key, value);
            }
        });
        return headers.get(HEADER);
    }

    /** Returns the context whose spans are below a parent; the root context for null, and for what is no such text. */
    public static Context context(@Nullable String parent) {
        return parent == null ? Context.root() : W3C.extract(Context.root(), Map.of(HEADER, parent), GETTER);
    }
}
