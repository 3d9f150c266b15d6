package dev.lode.postgres;

import dev.lode.core.LodeException;

import org.postgresql.util.PSQLException;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;

/// What the server's errors mean for a person: who has to act, and what to do. SQLSTATE codes as in
/// appendix A of the PostgreSQL manual.
public final class PostgresErrors {
    private PostgresErrors() {}

    /// The sentence for an error that ends an operation.
    ///
    /// @param where the database as [DatabaseSettings#describe()] names it
    /// @param doing what Lode was doing, such as `reading the catalog`
    public static LodeException explain(String where, String doing, SQLException e) {
        String state = state(e);
        String text = text(e);
        String place = where + ": " + doing + ": ";
        return switch (state) {
            case "28000" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; name a role that exists and that the server's pg_hba.conf"
                                    + " lets in from here (--db-user, PGUSER or DATABASE_URL)",
                            e);
            case "28P01" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; set the right password in DATABASE_URL, PGPASSWORD or"
                                    + " ~/.pgpass",
                            e);
            case "3D000" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; lode init --create-database makes it, or run CREATE"
                                    + " DATABASE as its owner",
                            e);
            case "3F000" ->
                    LodeException.resource(
                            place + text + "; lode init creates the pack's schema and tables", e);
            case "42P01" ->
                    LodeException.resource(
                            place + text + "; lode init creates the pack's schema and tables", e);
            case "42501" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; connect as the owner, or have the owner GRANT what is"
                                    + " missing",
                            e);
            case "53100" ->
                    LodeException.resource(
                            place
                                    + "the server's disk is full ("
                                    + text
                                    + "); what was committed is safe; make room and run the same"
                                    + " command again, it resumes",
                            e);
            case "53200" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; the server has no memory or no room for locks left, which"
                                    + " many tables at once take: raise max_locks_per_transaction"
                                    + " there (4 for each table of the pack, divided by"
                                    + " max_connections) and restart it, or take fewer tables",
                            e);
            case "53300" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; lower --workers or --streams, or raise max_connections on"
                                    + " the server or the CONNECTION LIMIT of the role",
                            e);
            case "25006" ->
                    LodeException.resource(
                            place
                                    + text
                                    + "; this server is a replica or read-only: name the primary",
                            e);
            case "55P03" ->
                    LodeException.resource(
                            place + text + "; another session holds the lock: try again later", e);
            default -> {
                if (isLost(e)) {
                    yield LodeException.resource(
                            place
                                    + "no connection ("
                                    + text
                                    + (unknownHost(e) ? " The host's name is unknown." : "")
                                    + "); "
                                    + remedy(e)
                                    + "; what was committed is safe, and the same command resumes",
                            e);
                }
                if (isData(e)) {
                    yield LodeException.data(place + text, e);
                }
                yield LodeException.resource(place + text + " (SQLSTATE " + state + ")", e);
            }
        };
    }

    private static String remedy(SQLException e) {
        if (unknownHost(e)) {
            return "correct the host";
        }
        // pgjdbc has no state of its own for it.
        return text(e).contains("SSL")
                ? "set sslmode to what the server offers, and check its certificate"
                : "check that the server runs and listens there";
    }

    private static boolean unknownHost(SQLException e) {
        return e.getCause() instanceof UnknownHostException;
    }

    /// The SQLSTATE, or five blanks.
    public static String state(SQLException e) {
        return e.getSQLState() == null ? "     " : e.getSQLState();
    }

    /// Whether the connection is gone or the server is going: a new connection may do.
    public static boolean isLost(SQLException e) {
        String state = state(e);
        return state.startsWith("08")
                || state.equals("57P01")
                || state.equals("57P02")
                || state.equals("57P03");
    }

    /// Whether the server's disk is full: it may do once there is room.
    public static boolean isFull(SQLException e) {
        return state(e).equals("53100");
    }

    /// Whether the server has no connection left for another client.
    public static boolean isOutOfConnections(SQLException e) {
        return state(e).equals("53300");
    }

    /// Whether another attempt of the same transaction may do: serialisation failures and
    /// deadlocks.
    public static boolean isConflict(SQLException e) {
        String state = state(e);
        return state.equals("40001") || state.equals("40P01");
    }

    /// Whether a row is to blame: conversion, constraint, a trigger's refusal.
    public static boolean isData(SQLException e) {
        String state = state(e);
        return state.startsWith("22")
                || state.startsWith("23")
                || state.startsWith("P0")
                || state.equals("44000")
                || state.equals("54000");
    }

    /// The server's message without its CONTEXT, on one line.
    public static String text(SQLException e) {
        var message =
                e instanceof PSQLException psql && psql.getServerErrorMessage() != null
                        ? Optional.ofNullable(psql.getServerErrorMessage().getMessage())
                        : Optional.ofNullable(e.getMessage());
        return message.orElse(e.getClass().getSimpleName())
                .replaceFirst("^(ERROR|FATAL): ", "")
                .replaceAll("\\s*\\R\\s*", " ");
    }

    /// The server's DETAIL, where it gave one.
    public static Optional<String> detail(SQLException e) {
        return e instanceof PSQLException psql && psql.getServerErrorMessage() != null
                ? Optional.ofNullable(psql.getServerErrorMessage().getDetail())
                : Optional.empty();
    }

    /// Why the server refuses a record: its message with its DETAIL, on one line. The same
    /// whichever way the record went.
    public static String reason(SQLException e) {
        return text(e)
                + detail(e).map(detail -> ": " + detail.replaceAll("\\s*\\R\\s*", " ")).orElse("");
    }

    /// The column that the server names, in the error itself or in COPY's CONTEXT (`COPY t, line 7,
    /// column c: ...`).
    public static Optional<String> column(SQLException e) {
        if (!(e instanceof PSQLException psql) || psql.getServerErrorMessage() == null) {
            return Optional.empty();
        }
        var named =
                Optional.ofNullable(psql.getServerErrorMessage().getColumn())
                        .filter(name -> !name.isEmpty());
        return named.or(() -> CopyContext.of(psql).flatMap(CopyContext::column));
    }
}
