package dev.lode.testkit.postgres;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Gives tests their [Db] and [TestServer]; used through [OnPostgres] and [EachPostgres].
public final class PostgresExtension
        implements ParameterResolver, ExecutionCondition, TestTemplateInvocationContextProvider {
    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);
    private static final ConditionEvaluationResult ENABLED =
            ConditionEvaluationResult.enabled("the server is there");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        // Inside a template the invocation's own resolver answers, who knows the version.
        boolean template =
                context.getTestMethod()
                        .map(method -> AnnotationSupport.isAnnotated(method, EachPostgres.class))
                        .orElse(false);
        return !template && (type == Db.class || type == TestServer.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return resolve(parameter, context, kind(context));
    }

    private static Object resolve(
            ParameterContext parameter, ExtensionContext context, ServerKind kind) {
        TestServer server = PostgresServers.shared(kind);
        return parameter.getParameter().getType() == TestServer.class
                ? server
                // The store closes it when the test is over.
                : context.getStore(NAMESPACE)
                        .computeIfAbsent(Db.class, _ -> server.freshDatabase(), Db.class);
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), EachPostgres.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        ServerKind base = kind(context);
        return Stream.of(PostgresVersion.values())
                .map(
                        version ->
                                new OneVersion(
                                        new ServerKind(
                                                version, base.durable(), base.minimalWal())));
    }

    /// A test that needs a server which this machine lacks is skipped and says so.
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean template =
                context.getTestMethod()
                        .map(method -> AnnotationSupport.isAnnotated(method, EachPostgres.class))
                        .orElse(true);
        return template ? ENABLED : available(kind(context));
    }

    private static ConditionEvaluationResult available(ServerKind kind) {
        return kind.version().binaries().isPresent()
                ? ENABLED
                : ConditionEvaluationResult.disabled(
                        "this machine has no PostgreSQL " + kind.version());
    }

    private static ServerKind kind(ExtensionContext context) {
        Optional<OnPostgres> method =
                context.getTestMethod()
                        .flatMap(
                                element ->
                                        AnnotationSupport.findAnnotation(
                                                element, OnPostgres.class));
        return method.or(
                        () ->
                                context.getTestClass()
                                        .flatMap(
                                                element ->
                                                        AnnotationSupport.findAnnotation(
                                                                element, OnPostgres.class)))
                .map(wish -> new ServerKind(wish.value(), wish.durable(), wish.minimalWal()))
                .orElse(ServerKind.of(PostgresVersion.NEWEST));
    }

    private record OneVersion(ServerKind kind) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return kind.version().toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(
                    (ExecutionCondition) _ -> available(kind),
                    new ParameterResolver() {
                        @Override
                        public boolean supportsParameter(
                                ParameterContext parameter, ExtensionContext context) {
                            Class<?> type = parameter.getParameter().getType();
                            return type == Db.class || type == TestServer.class;
                        }

                        @Override
                        public Object resolveParameter(
                                ParameterContext parameter, ExtensionContext context) {
                            return resolve(parameter, context, kind);
                        }
                    });
        }
    }
}
