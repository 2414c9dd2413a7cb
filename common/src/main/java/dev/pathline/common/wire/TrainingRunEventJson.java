package dev.pathline.common.wire;

/** The JSON of a training run's events: the type beside it, never inside. */
public final class TrainingRunEventJson {

    private TrainingRunEventJson() {}

    /** Writes the data of an event, one line. */
    public static String write(TrainingRunEvent event) {
        return Json.MAPPER.writeValueAsString(event);
    }

    /**
     * Reads an event.
     *
     * @param type as {@link TrainingRunEvent#type()}
     * @param data as {@link #write(TrainingRunEvent)}
     * @throws IllegalArgumentException if there is no such type
     * @throws tools.jackson.core.JacksonException if the data is not that of the type
     */
    public static TrainingRunEvent read(String type, String data) {
        Class<? extends TrainingRunEvent> target = switch (type) {
            case "queued" -> TrainingRunEvent.Queued.class;
            case "preparation" -> TrainingRunEvent.Preparation.class;
            case "started" -> TrainingRunEvent.Started.class;
            case "progress" -> TrainingRunEvent.Progress.class;
            case "snapshot" -> TrainingRunEvent.Snapshot.class;
            case "sheet" -> TrainingRunEvent.Sheet.class;
            case "evaluation" -> TrainingRunEvent.Evaluation.class;
            case "warning" -> TrainingRunEvent.Warning.class;
            case "blocked" -> TrainingRunEvent.Blocked.class;
            case "unblocked" -> TrainingRunEvent.Unblocked.class;
            case "stepped-back" -> TrainingRunEvent.SteppedBack.class;
            case "paused" -> TrainingRunEvent.Paused.class;
            case "resumed" -> TrainingRunEvent.Resumed.class;
            case "succeeded" -> TrainingRunEvent.Succeeded.class;
            case "failed" -> TrainingRunEvent.Failed.class;
            case "cancelled" -> TrainingRunEvent.Cancelled.class;
            default -> throw new IllegalArgumentException("unknown event type " + type);
        };
        return Json.MAPPER.readValue(data, target);
    }
}
