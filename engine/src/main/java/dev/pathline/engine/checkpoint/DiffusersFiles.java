package dev.pathline.engine.checkpoint;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.network.NetworkType;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The small files of a diffusers pipeline that stand beside the weights. */
final class DiffusersFiles {

    private static final String VERSION = "0.30.0";

    private DiffusersFiles() {}

    /** {@code model_index.json}: which classes of Python load the parts. */
    static ObjectNode modelIndex(ModelCard card, NetworkType network) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("_class_name", "DDIMPipeline");
        json.put("_diffusers_version", VERSION);
        List.of("diffusers", schedulerClass(card)).forEach(json.putArray("scheduler")::add);
        List.of("diffusers", network.className()).forEach(json.putArray(network.folder())::add);
        return json;
    }

    /** {@code scheduler/scheduler_config.json}: the schedule, as diffusers' scheduler of the same theory has it. */
    static ObjectNode scheduler(ModelCard card) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("_class_name", schedulerClass(card));
        json.put("_diffusers_version", VERSION);
        json.put("num_train_timesteps", 1000);
        NoiseSchedule schedule = card.noiseSchedule();
        if (schedule instanceof RectifiedFlow flow) {
            json.put("shift", flow.shift());
        }
        return json;
    }

    private static String schedulerClass(ModelCard card) {
        return switch (card.noiseSchedule()) {
            case RectifiedFlow flow -> "FlowMatchEulerDiscreteScheduler";
            default -> throw new IllegalArgumentException(
                    "no scheduler of diffusers is known for the schedule " + card.schedule().name());
        };
    }
}
