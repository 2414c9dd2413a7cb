package dev.pathline.trainer.runs;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.run.SpecCheck;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecProblem;
import dev.pathline.trainer.specification.TrainingSpec;
import java.util.List;
import java.util.stream.Collectors;

/** Finds everything that is wrong with a specification that comes over the network, before it is accepted. */
final class SpecChecks {

    private static final String SOURCE = "the specification";

    private final Torch torch;
    private final DataRoots roots;
    private final RunFolders folders;

    /**
     * Checks for a device.
     *
     * @param folders where results go; nothing is written to the run's folder
     */
    SpecChecks(Torch torch, DataRoots roots, RunFolders folders) {
        this.torch = torch;
        this.roots = roots;
        this.folders = folders;
    }

    /**
     * Reads a specification.
     *
     * @param yaml the text
     * @throws ApiException with every mistake, or if there is no place to write to
     */
    TrainingSpec check(String yaml) {
        try {
            return SpecCheck.check(yaml, SOURCE, roots::refusal, torch, folders);
        } catch (SpecException e) {
            throw refused(e.problems(), e.count());
        } catch (TrainingException e) {
            throw new ApiException(ErrorCode.NO_ROOM, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The answer to mistakes.
     *
     * @param count how many there are, told or not
     */
    static ApiException refused(List<SpecProblem> problems, int count) {
        String told = problems.stream().map(SpecProblem::sentence).collect(Collectors.joining("; "));
        return new ApiException(ErrorCode.INVALID_SPECIFICATION,
                count > problems.size() ? told + "; and " + (count - problems.size()) + " more" : told,
                problems.stream().map(problem -> new FieldError(problem.field(), problem.message())).toList());
    }
}
