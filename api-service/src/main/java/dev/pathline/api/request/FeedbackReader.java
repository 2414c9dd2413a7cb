package dev.pathline.api.request;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldErrors;
import dev.pathline.common.port.ExperimentStore.Preference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads votes and observations. */
public final class FeedbackReader {

    private static final int MAX_NAME = 128;
    private static final double LARGE = 1e12;
    private static final Map<String, Preference> CHOICES = choices();

    private FeedbackReader() {}

    private static Map<String, Preference> choices() {
        var choices = new LinkedHashMap<String, Preference>();
        choices.put("left", Preference.FIRST);
        choices.put("right", Preference.SECOND);
        choices.put("tie", Preference.TIE);
        choices.put("bad", Preference.BOTH_BAD);
        return choices;
    }

    /**
     * A vote on two jobs.
     *
     * @param left one job
     * @param right the other
     * @param preference which is better, the left one being the first
     * @param voter who votes
     */
    public record Voted(String left, String right, Preference preference, String voter) {}

    /**
     * What was observed.
     *
     * @param metric by the name that the experiment has for it
     * @param value what
     * @param job of which job, or null
     * @param subject of which subject, or null
     * @param id of the observation: what comes again with the same one is not counted again
     */
    public record Observed(String metric, double value, @Nullable String job, @Nullable String subject, String id) {}

    /**
     * What was measured of an arm.
     *
     * @param samples of how many samples
     * @param value what was measured
     * @param low where its interval starts
     * @param high where it ends
     */
    public record MeasuredArm(long samples, double value, double low, double high) {}

    /** Reads what was measured of an arm. */
    public static MeasuredArm measured(byte[] body) {
        var errors = new FieldErrors();
        var fields = new Fields(JsonBody.object(body), "", errors);
        Integer samples = fields.integer("samples", 1, Integer.MAX_VALUE);
        var numbers = new ArrayList<@Nullable Double>();
        for (String name : List.of("value", "low", "high")) {
            numbers.add(fields.number(name, -LARGE, LARGE));
        }
        for (String name : List.of("samples", "value", "low", "high")) {
            if (fields.raw(name) == null) {
                fields.wrong(name, "is required");
            }
        }
        fields.refuseTheRest();
        Double value = numbers.get(0);
        Double low = numbers.get(1);
        Double high = numbers.get(2);
        if (value != null && low != null && high != null && !(low <= value && value <= high)) {
            fields.wrong("value", "must be from low to high");
        }
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new MeasuredArm(Objects.requireNonNull(samples), Objects.requireNonNull(value),
                Objects.requireNonNull(low), Objects.requireNonNull(high));
    }

    /** Reads a vote. */
    public static Voted vote(byte[] body) {
        var errors = new FieldErrors();
        var fields = new Fields(JsonBody.object(body), "", errors);
        String left = required(fields, "left");
        String right = required(fields, "right");
        String voter = required(fields, "voter");
        Preference preference = fields.oneOf("choice", CHOICES);
        if (fields.raw("choice") == null) {
            fields.wrong("choice", "is required: left, right, tie or bad");
        }
        fields.refuseTheRest();
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new Voted(Objects.requireNonNull(left), Objects.requireNonNull(right),
                Objects.requireNonNull(preference), Objects.requireNonNull(voter));
    }

    /** Reads an observation. */
    public static Observed observation(byte[] body) {
        var errors = new FieldErrors();
        var fields = new Fields(JsonBody.object(body), "", errors);
        String metric = required(fields, "metric");
        Double value = fields.number("value", -LARGE, LARGE);
        if (fields.raw("value") == null) {
            fields.wrong("value", "is required");
        }
        String job = fields.text("job", MAX_NAME);
        String subject = fields.text("subject", MAX_NAME);
        String id = fields.text("id", MAX_NAME);
        if ((job == null) == (subject == null)) {
            fields.wrong("job", "or subject is required, and not both: of what it was observed");
        }
        if (id == null && job == null) {
            fields.wrong("id", "is required for a subject: by it an observation that comes twice is known");
        }
        fields.refuseTheRest();
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new Observed(Objects.requireNonNull(metric), Objects.requireNonNull(value), job, subject,
                id == null ? Objects.requireNonNull(job) : id);
    }

    private static @Nullable String required(Fields fields, String name) {
        String text = fields.text(name, MAX_NAME);
        if (fields.raw(name) == null) {
            fields.wrong(name, "is required");
        }
        return text;
    }
}
