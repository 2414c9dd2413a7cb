package dev.pathline.common.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of events: the type beside it, never inside. */
public final class JobEventJson {

    private JobEventJson() {}

    /** Writes the data of an event, one line. */
    public static String write(JobEvent event) {
        return Json.MAPPER.writeValueAsString(event);
    }

    /** Writes the data of an event of a job in an arm, one line. */
    public static String write(JobEvent event, @Nullable String arm) {
        if (arm == null) {
            return write(event);
        }
        ObjectNode data = Json.MAPPER.valueToTree(event);
        return Json.MAPPER.writeValueAsString(data.put("arm", arm));
    }

    /**
     * Reads an event.
     *
     * @param type as {@link JobEvent#type()}
     * @param data as {@link #write(JobEvent)}
     * @throws IllegalArgumentException if there is no such type
     */
    public static JobEvent read(String type, String data) {
        Class<? extends JobEvent> target = switch (type) {
            case "queued" -> JobEvent.Queued.class;
            case "started" -> JobEvent.Started.class;
            case "step" -> JobEvent.Step.class;
            case "succeeded" -> JobEvent.Succeeded.class;
            case "failed" -> JobEvent.Failed.class;
            case "cancelled" -> JobEvent.Cancelled.class;
            case "expired" -> JobEvent.Expired.class;
            default -> throw new IllegalArgumentException("unknown event type " + type);
        };
        return Json.MAPPER.readValue(data, target);
    }
}
