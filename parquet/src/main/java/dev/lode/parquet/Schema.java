package dev.lode.parquet;

import dev.lode.format.table.ColumnType;
import dev.lode.format.table.TableColumn;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

import java.math.BigInteger;
import java.util.List;

/// What columns are in Parquet. All are optional.
final class Schema {
    private static final String NAME = "rows";

    /// Digits that the whole numbers of 32 and 64 bits always have room for.
    private static final int DIGITS_OF_INT = 9;

    private static final int DIGITS_OF_LONG = 18;

    private Schema() {}

    static MessageType of(List<TableColumn> columns) {
        return new MessageType(NAME, columns.stream().map(Schema::column).toList());
    }

    private static Type column(TableColumn column) {
        return switch (column.type()) {
            case ColumnType.Bool _ -> plain(column, PrimitiveTypeName.BOOLEAN);
            case ColumnType.Whole(int bits) ->
                    Types.optional(bits == 64 ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32)
                            .as(LogicalTypeAnnotation.intType(bits, true))
                            .named(column.name());
            case ColumnType.Real(int bits) ->
                    plain(column, bits == 32 ? PrimitiveTypeName.FLOAT : PrimitiveTypeName.DOUBLE);
            case ColumnType.Decimal(int precision, int scale) ->
                    decimal(precision)
                            .as(LogicalTypeAnnotation.decimalType(scale, precision))
                            .named(column.name());
            case ColumnType.Text _ -> bytes(column, LogicalTypeAnnotation.stringType());
            case ColumnType.Json _ -> bytes(column, LogicalTypeAnnotation.jsonType());
            case ColumnType.Day _ ->
                    Types.optional(PrimitiveTypeName.INT32)
                            .as(LogicalTypeAnnotation.dateType())
                            .named(column.name());
            case ColumnType.Moment(boolean utc) ->
                    Types.optional(PrimitiveTypeName.INT64)
                            .as(LogicalTypeAnnotation.timestampType(utc, TimeUnit.MICROS))
                            .named(column.name());
            case ColumnType.Uuid _ ->
                    Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                            .length(16)
                            .as(LogicalTypeAnnotation.uuidType())
                            .named(column.name());
            case ColumnType.Bytes _ -> plain(column, PrimitiveTypeName.BINARY);
        };
    }

    private static PrimitiveType plain(TableColumn column, PrimitiveTypeName type) {
        return Types.optional(type).named(column.name());
    }

    private static PrimitiveType bytes(TableColumn column, LogicalTypeAnnotation type) {
        return Types.optional(PrimitiveTypeName.BINARY).as(type).named(column.name());
    }

    private static Types.PrimitiveBuilder<PrimitiveType> decimal(int precision) {
        if (precision <= DIGITS_OF_INT) {
            return Types.optional(PrimitiveTypeName.INT32);
        }
        if (precision <= DIGITS_OF_LONG) {
            return Types.optional(PrimitiveTypeName.INT64);
        }
        return Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                .length(bytesOfDecimal(precision));
    }

    /// Bytes of the two's complement of all numbers of so many digits.
    static int bytesOfDecimal(int precision) {
        return BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
    }

    static boolean isInt(int precision) {
        return precision <= DIGITS_OF_INT;
    }

    static boolean isLong(int precision) {
        return precision <= DIGITS_OF_LONG;
    }
}
