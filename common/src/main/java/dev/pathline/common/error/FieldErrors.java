package dev.pathline.common.error;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The mistakes of a document, as a reader finds them. The first {@link #MAX} are kept, the rest is counted: nobody reads
 * more, and a small document of nothing but mistakes must not cost much or be answered at length. Not safe for use by
 * several threads.
 */
public final class FieldErrors {

    /** So many are told. */
    public static final int MAX = 20;
    /** Longer names of fields are cut. */
    static final int MAX_NAME = 80;

    private final List<FieldError> kept = new ArrayList<>();
    private long more;

    /** Notes a mistake. */
    public void add(String field, String message) {
        add(field, () -> message);
    }

    /** Notes a mistake, whose message is only made if it is kept. */
    public void add(String field, Supplier<String> message) {
        if (kept.size() < MAX) {
            kept.add(new FieldError(Shown.start(field, MAX_NAME),
                    message.get()));
        } else {
            more++;
        }
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /** The first mistakes, in the order in which they were found. */
    public List<FieldError> kept() {
        return List.copyOf(kept);
    }

    /** How many there are beside them. */
    public long more() {
        return more;
    }

    /** An error that names the first, each with its message, and counts the rest. */
    public ApiException refusal(ErrorCode code) {
        String named = kept.stream().map(error -> error.field() + " " + error.message())
                .collect(Collectors.joining("; "));
        return new ApiException(code, more == 0 ? named : named + "; and " + more + " more", kept, more, null);
    }
}
