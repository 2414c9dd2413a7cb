package dev.pathline.engine.sampling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a tick has to tell listeners: told when all that the tick moves has moved, to each, whatever the others throw. */
final class SlotNews {

    private final List<Runnable> calls = new ArrayList<>();

    /** Adds a call of a listener. */
    void add(Runnable call) {
        calls.add(call);
    }

    /** Makes the calls in their order, and then throws what the first of them threw, with the others suppressed. */
    void tell() {
        Throwable first = null;
        for (Runnable call : calls) {
            first = tell(call, first);
        }
        switch (first) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {
                // A listener declares no checked exceptions.
            }
        }
    }

    private static @Nullable Throwable tell(Runnable call, @Nullable Throwable first) {
        try {
            call.run();
            return first;
        } catch (RuntimeException | Error e) {
            if (first == null) {
                return e;
            }
            if (!first.equals(e)) {
                first.addSuppressed(e);
            }
            return first;
        }
    }
}
