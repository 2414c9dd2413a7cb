package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.diffusion.card.Spelling;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.DiffusersFiles;
import dev.pathline.engine.checkpoint.scheduler.SchedulerFacts;
import dev.pathline.engine.checkpoint.scheduler.Schedulers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings of the scheduler that an import goes by, where they come from, and of which class they are.
 *
 * <p>The class is the one that {@code --set _class_name} says, else that of {@code --scheduler}, else that of the pipeline's
 * index, else the file's own: a file's settings are read by the class that diffusers gives them to, whatever class wrote them.
 *
 * @param json the settings, with the class that counts and what was set in place of the file's
 * @param remarks what there is to know about them, in sentences
 */
record SourceScheduler(JsonFile json, List<String> remarks) {

    private static final String CLASS = "_class_name";
    private static final String FILE = "scheduler_config.json";

    /**
     * Finds the settings.
     *
     * @throws CheckpointException if there are none, nothing says of which class they are, or a setting that was asked for
     *         is none of the class
     */
    static SourceScheduler find(ImportRequest request, @Nullable PipelineIndex index) {
        String named = request.scheduler();
        JsonFile found = found(request, named);
        String own = found.json().path(CLASS).asString("");
        String said = index == null ? "" : index.schedulerClass();
        boolean asked = request.settings().containsKey(CLASS) || (named != null && !own.isEmpty());
        ObjectNode changed = found.json().deepCopy();
        var remarks = new ArrayList<String>();
        if (!asked && !said.isEmpty() && !said.equals(own)) {
            changed.put(CLASS, said);
            if (!own.isEmpty()) {
                remarks.add(found.file() + " was written by " + own + ", and is read as " + said + ", which "
                        + DiffusersFiles.INDEX + " names: diffusers goes by it");
            }
        }
        new TreeMap<>(request.settings()).forEach((key, value) -> set(changed, key, value));
        if (changed.path(CLASS).asString("").isEmpty()) {
            throw new CheckpointException(found.file() + ": " + CLASS + " is missing, and no " + DiffusersFiles.INDEX
                    + " names the scheduler's class: say it with --set " + CLASS + "=CLASS, one of "
                    + String.join(", ", Schedulers.names()));
        }
        requireKnown(request.settings().keySet(), changed.path(CLASS).asString(""));
        boolean same = changed.equals(found.json());
        return new SourceScheduler(same ? found : JsonFile.of(found.file(), changed), remarks);
    }

    /** Without a value it would be the class's own choice, which is what the file without the setting means. */
    private static void set(ObjectNode settings, String key, String value) {
        if (value.isBlank()) {
            throw new CheckpointException(
                    "--set " + key + "= has no value: write it behind the '=', or leave --set out");
        }
        JsonFile.set(settings, key, value);
    }

    private static JsonFile found(ImportRequest request, @Nullable String named) {
        if (named != null && Schedulers.names().contains(named)) {
            return JsonFile.of(Path.of("--scheduler"), JsonFile.empty().put(CLASS, named));
        }
        if (named != null) {
            Path file = Path.of(named);
            if (!Files.isRegularFile(file)) {
                throw new CheckpointException("--scheduler is '" + named + "', which is neither a file nor one of "
                        + String.join(", ", Schedulers.names()));
            }
            return JsonFile.read(file);
        }
        for (String place : List.of(DiffusersFiles.SCHEDULER, FILE)) {
            Path file = request.source().resolve(place);
            if (Files.isRegularFile(file)) {
                return JsonFile.read(file);
            }
        }
        throw new CheckpointException(request.source() + " has no " + DiffusersFiles.SCHEDULER + " and no " + FILE
                + ", so nothing says what the network predicts: name a scheduler with --scheduler, one of "
                + String.join(", ", Schedulers.names()));
    }

    /** A setting that the class does not know would be written, and change nothing. */
    private static void requireKnown(Set<String> keys, String className) {
        Set<String> known = Schedulers.settings(className);
        for (String key : new TreeSet<>(keys)) {
            if (!known.isEmpty() && !known.contains(key) && !key.equals(CLASS)) {
                throw new CheckpointException("--set " + key + ": " + className + " has no such setting"
                        + Spelling.guess(key, known) + "; it has " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /**
     * Reads what the settings say of the model.
     *
     * @param request says what was set, and whether the way of sampling is left out
     * @throws CheckpointException if a setting is not supported, is misspelt, or was set and changes nothing
     */
    SchedulerFacts facts(ImportRequest request) {
        try {
            Schedulers.requireSpelled(json.json());
            SchedulerFacts facts = Schedulers.read(json.json(), request.ownDefaults());
            // What its numbers make impossible together is this file's fault.
            NoiseSchedules.of(facts.schedule());
            Set<String> read = Schedulers.used(json.json(), request.ownDefaults());
            for (String key : new TreeSet<>(request.settings().keySet())) {
                if (!read.contains(key)) {
                    throw new CheckpointException("--set " + key + " changes nothing "
                            + (request.ownDefaults()
                                    ? "here: --own-defaults leaves the scheduler's way of sampling out"
                                    : "beside the other settings of " + className())
                            + "; leave it out");
                }
            }
            return facts;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(json.file() + ": " + e.getMessage(), e);
        }
    }

    /** Returns the settings that no scheduler of diffusers has, which are kept and not looked at. */
    Set<String> unknown() {
        return Schedulers.unknown(json.json());
    }

    /** Returns the scheduler's class. */
    String className() {
        return json.json().path(CLASS).asString("");
    }
}
