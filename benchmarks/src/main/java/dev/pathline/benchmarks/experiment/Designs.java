package dev.pathline.benchmarks.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The experiments that are measured. */
final class Designs {

    private static final String TEACHER = "\"model\":\"fashion-flow@1\",\"solver\":\"dpm-solver++-2m\",\"steps\":20,"
            + "\"timeGrid\":\"time\",\"cfgScale\":1.25";

    /** Speed and quality of both, each request in one of them. */
    private static final String SPLIT = """
            {"name": "one-or-many", "hypothesis": "one step of the distilled model is as good as twenty of its teacher",
             "arms": [{"name": "many", %s}, {"name": "one", "model": "fashion-onestep", "steps": 1}],
             "goal": {"metric": "ownClass", "difference": 0.03, "deviation": 0.2}, "planned": 2000,
             "guardRails": [{"metric": "failed", "worseBy": 0.01}]}""".formatted(TEACHER);

    /** The same from the same seeds, whose differences within pairs say more. */
    private static final String PAIRED = """
            {"name": "same-seed", "hypothesis": "pairs need fewer requests", "mode": "paired", "unit": "request",
             "arms": [{"name": "many", %s}, {"name": "one", "model": "fashion-onestep", "steps": 1}],
             "goal": {"metric": "ownClass", "difference": 0.03, "deviation": 0.2}, "planned": 200}"""
            .formatted(TEACHER);

    /** One Euler step of the teacher under an alias that it should not have got. */
    private static final String WORSE = """
            {"name": "hasty", "hypothesis": "one Euler step of the teacher will do", "alias": "fashion-flow@champion",
             "unit": "request", "arms": [{"name": "many", %s},
             {"name": "hasty", "model": "fashion-flow@2", "solver": "euler", "steps": 1, "cfgScale": 1}],
             "goal": {"metric": "totalMs", "difference": 100, "deviation": 500}, "planned": 2000, "minimum": 20,
             "guardRails": [{"metric": "ownClass", "worseBy": 0}]}""".formatted(TEACHER);

    private static final Map<String, String> ALL = Map.of("one-or-many", SPLIT, "same-seed", PAIRED, "hasty", WORSE);

    private Designs() {}

    /** Writes each into a file of its name. */
    static void write(Path folder) throws IOException {
        for (var design : ALL.entrySet()) {
            Files.writeString(folder.resolve(design.getKey() + ".json"), design.getValue());
        }
    }
}
