package dev.pathline.api.generate;

import dev.pathline.api.request.GenerateRequestReader;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.image.Raster;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Label;
import dev.pathline.common.wire.Preview;
import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.NameList;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.IdleSetting;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.SolverOption;
import dev.pathline.diffusion.solver.Solvers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request against its model's card and fills in everything it leaves open, so that nothing is decided later:
 * the version, the label's index, the solver with its settings, the seed, the cost.
 */
public final class RequestResolver {

    private final ModelRegistry models;
    private final ProfileCheck profiles;
    private final LongSupplier seeds;
    private final Budget budget;

    /**
     * A resolver.
     *
     * @param workers what computes in which profiles
     * @param seeds where a request without a seed takes one from
     * @param budget what a request may cost
     */
    public RequestResolver(ModelRegistry models, WorkerLiveness workers, LongSupplier seeds, Budget budget) {
        this.models = models;
        this.profiles = new ProfileCheck(workers);
        this.seeds = seeds;
        this.budget = budget;
    }

    /**
     * Resolves a request; may block.
     *
     * @param answer how it is to be answered: a picture needs pictures, whatever the format of the files, and a stream
     *        shows every step if nothing else was asked
     * @throws ApiException if there is no such model (404), or it cannot do this (422), with every reason
     */
    JobRequest resolve(GenerateRequest request, AnswerKind answer) {
        RegisteredModel model = models.resolve(request.model()).orElseThrow(() -> unknownModel(request.model()));
        ModelCard card = model.card();
        List<FieldError> errors = new ArrayList<>();
        Integer label = label(card, request.label(), errors);
        SamplingSettings asked = request.settings();
        SamplingPlan plan = plan(card, asked, errors);
        ImageFormat format = format(card, request.format(), answer == AnswerKind.PICTURE, errors);
        errors.addAll(profiles.errors(model.reference(), request.terms()));
        if (!errors.isEmpty()) {
            throw new ApiException(ErrorCode.UNPROCESSABLE,
                    errors.stream().map(FieldError::message).collect(Collectors.joining(" ")), errors);
        }
        budget.require(request, plan, card);
        List<FieldError> warnings = new ArrayList<>();
        IdleSetting.of(card, asked, plan)
                .forEach(idle -> warnings.add(new FieldError(idle.field(), idle.reason())));
        Preview preview = preview(request, answer, card, warnings);
        Long seed = request.seed();
        return new JobRequest(model.name(), model.version(), request.count(), label,
                label == null ? null : card.classes().get(label), settled(card, asked, plan),
                seed == null ? seeds.getAsLong() : seed, preview, format, (long) plan.rows() * request.count(),
                plan.evaluations(), request.terms(), request.metadata(), warnings, null, request.webhook());
    }

    /**
     * Returns what a model refuses of some settings, by the field; may block.
     *
     * @throws ApiException if there is no such model
     */
    public List<FieldError> problems(String reference, SamplingSettings settings, JobTerms terms) {
        RegisteredModel model = models.resolve(reference).orElseThrow(() -> unknownModel(reference));
        List<FieldError> errors = new ArrayList<>();
        plan(model.card(), settings.withConditional(model.card().conditional()), errors);
        errors.addAll(profiles.errors(model.reference(), terms));
        return errors;
    }

    /** What nobody asked for is no reason to refuse. */
    private @Nullable Preview preview(
            GenerateRequest request, AnswerKind answer, ModelCard card, List<FieldError> warnings) {
        if (request.preview() != null || answer != AnswerKind.EVENTS) {
            return request.preview();
        }
        if (budget.hasRoomForPreviews(request.count(), card)) {
            return Preview.EVERY_STEP;
        }
        warnings.add(new FieldError("preview",
                "is left out: " + request.count() + " previews of this size do not fit into a job's log"));
        return null;
    }

    /** Returns how many samples a request may ask for of a model; may block. */
    public int mostSamples(String reference) {
        return models.resolve(reference).filter(model -> Budget.isVector(model.card())).isPresent()
                ? GenerateRequestReader.MAX_VECTORS
                : GenerateRequestReader.MAX_COUNT;
    }

    /** Of a model without classes nothing can be said; who has to send a prompt may send any. */
    private static @Nullable Integer promptLabel(ModelCard card, String prompt) {
        return card.conditional() ? (Integer) card.labelIn(prompt) : null;
    }

    private static @Nullable Integer label(ModelCard card, @Nullable Label label, List<FieldError> errors) {
        try {
            if (label == null) {
                int _ = card.unlabelledIndex();
                return null;
            }
            return switch (label) {
                case Label.Name name -> card.labelNamed(name.name());
                case Label.Index index -> card.labelAt(index.index());
                case Label.Prompt prompt -> promptLabel(card, prompt.text());
            };
        } catch (InvalidSettingException e) {
            errors.add(new FieldError(e.field(), message(e)));
            return null;
        }
    }

    /** Plans; where a setting is refused, plans on without it, so that one answer names all that are wrong. */
    private static SamplingPlan plan(ModelCard card, SamplingSettings settings, List<FieldError> errors) {
        try {
            return Planner.plan(card, settings);
        } catch (InvalidSettingException e) {
            errors.add(new FieldError(e.field(), message(e)));
            SamplingSettings rest = settings.without(e.field());
            if (rest.equals(settings)) {
                throw new ApiException(ErrorCode.UNPROCESSABLE, message(e), errors);
            }
            return plan(card, rest, errors);
        }
    }

    /** What was planned, said explicitly: a worker with other defaults makes the same plan of it. */
    private static SamplingSettings settled(ModelCard card, SamplingSettings asked, SamplingPlan plan) {
        Map<SolverOption, Double> options = new HashMap<>(Solvers.byName(plan.solver()).info().options().values());
        options.putAll(asked.options());
        String threshold = Objects.requireNonNullElse(card.defaults().threshold(), "none");
        SamplingSettings steps = plan.times().isEmpty()
                ? asked.withSteps(plan.steps()).withTimeGrid(plan.timeGrid())
                : asked.withSteps(null).withTimes(plan.times());
        return steps.withSolver(plan.solver()).withCfgScale(plan.cfgScale()).withOptions(options)
                .withThreshold(Objects.requireNonNullElse(asked.threshold(), threshold))
                .withNoise(Objects.requireNonNullElse(asked.noise(), "independent"));
    }

    private static ImageFormat format(
            ModelCard card, @Nullable ImageFormat wanted, boolean needsPictures, List<FieldError> errors) {
        boolean pictures = Raster.isPicture(card.shape().stream().mapToInt(Integer::intValue).toArray());
        if (!pictures && (needsPictures || wanted == ImageFormat.PNG)) {
            errors.add(new FieldError("format", "Model '" + card.name() + "' makes arrays of shape " + card.shape()
                    + ", not pictures; accept application/json with format npy."));
        }
        return wanted != null ? wanted : pictures ? ImageFormat.PNG : ImageFormat.NPY;
    }

    private ApiException unknownModel(String reference) {
        List<String> known = models.list().stream().map(RegisteredModel::name).distinct().toList();
        return ApiException.of(ErrorCode.UNKNOWN_MODEL, "model", known.isEmpty()
                ? "'" + reference + "' is not here, and no other model is"
                : "'" + reference + "' is not here; the models are " + NameList.of(known));
    }

    private static String message(InvalidSettingException e) {
        return String.valueOf(e.getMessage());
    }
}
