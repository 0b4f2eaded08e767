"""节假日轮休: who of a team stays on duty on which days, so that enough are left; the others rest."""
