package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.PreviewKind;
import dev.pathline.engine.sampling.Conditions;
import dev.pathline.engine.sampling.SlotListener;
import dev.pathline.engine.sampling.SlotTask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Samples of a job that entered their lane together: their steps are told as one. Use on the compute thread only. */
final class RunPart {

    private final JobRun run;
    private final int first;
    private final int size;
    /** By step; samples of a full lane need not be at the same one. */
    private final Map<Integer, Gathered> steps = new HashMap<>();

    RunPart(JobRun run, int first, int size) {
        this.run = run;
        this.first = first;
        this.size = size;
    }

    /** Returns its samples. */
    List<SlotTask> tasks(Conditions conditions) {
        PreparedJob job = run.job();
        return IntStream.range(first, first + size).mapToObj(index -> new SlotTask(job.plan(), conditions,
                job.record().request().seed(), index, new Sample(index))).toList();
    }

    /** What the samples of a part report of one step. */
    private static final class Gathered {

        private final float[][] previews;
        private int count;

        Gathered(int size) {
            previews = new float[size][0];
        }
    }

    /** One sample's reports. */
    final class Sample implements SlotListener {

        private final int index;

        Sample(int index) {
            this.index = index;
        }

        JobRun run() {
            return run;
        }

        @Override
        public Preview preview(int step) {
            var wanted = run.job().record().request().preview();
            if (wanted == null || !wanted.wants(step + 1, run.job().plan().steps()) || !run.mayPreview(step)) {
                return Preview.NONE;
            }
            return wanted.kind() == PreviewKind.NOISY ? Preview.NOISY : Preview.DENOISED;
        }

        @Override
        public void stepped(int step, double sigma, float[] preview) {
            Gathered gathered = steps.computeIfAbsent(step, _ -> new Gathered(size));
            gathered.previews[index - first] = preview;
            if (++gathered.count == size) {
                steps.remove(step);
                run.stepDone(step, sigma, first, List.of(gathered.previews));
            }
        }

        @Override
        public void finished(float[] sample) {
            run.sampleDone(index, sample);
        }

        @Override
        public void failed(String reason) {
            run.fail(ErrorCode.NOT_FINITE, reason);
        }
    }
}
