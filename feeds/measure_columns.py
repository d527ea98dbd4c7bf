"""Which published column is which measure, and which column counts its pupils, in DfE's performance tables."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureColumn:
    """`cohort` names the columns that can hold the number of pupils the value is a share or a mean of, best first.

    DfE publishes no count for the key stage 2 progress scores and scaled scores: the eligible pupils stand for it.
    """

    measure: str
    column: str
    cohort: tuple[str, ...]
    lower: str | None = None
    upper: str | None = None
    percent: bool = True


def _share(measure: str, column: str, *cohort: str) -> MeasureColumn:
    return MeasureColumn(measure, column, cohort)


def _points(measure: str, column: str, *cohort: str) -> MeasureColumn:
    return MeasureColumn(measure, column, cohort, percent=False)


def _interval(measure: str, column: str, lower: str, upper: str, *cohort: str) -> MeasureColumn:
    return MeasureColumn(measure, column, cohort, lower, upper, percent=False)


# The names are met without regard to case: TNotFSM6CLA1A of 2017-18 became TNOTFSM6CLA1A.
KS2 = (
    _share("ks2_rwm_exp", "PTRWM_EXP", "TELIG"),
    _share("ks2_rwm_high", "PTRWM_HIGH", "TELIG"),
    _share("ks2_read_exp", "PTREAD_EXP", "TELIG"),
    _share("ks2_writ_exp", "PTWRITTA_EXP", "TELIG"),
    _share("ks2_mat_exp", "PTMAT_EXP", "TELIG"),
    _share("ks2_gps_exp", "PTGPS_EXP", "TELIG"),
    _points("ks2_read_score", "READ_AVERAGE", "TELIG"),
    _points("ks2_mat_score", "MAT_AVERAGE", "TELIG"),
    _points("ks2_gps_score", "GPS_AVERAGE", "TELIG"),
    _interval("ks2_read_progress", "READPROG", "READPROG_LOWER", "READPROG_UPPER", "TELIG"),
    _interval("ks2_writ_progress", "WRITPROG", "WRITPROG_LOWER", "WRITPROG_UPPER", "TELIG"),
    _interval("ks2_mat_progress", "MATPROG", "MATPROG_LOWER", "MATPROG_UPPER", "TELIG"),
    _share("ks2_rwm_exp_dis", "PTRWM_EXP_FSM6CLA1A", "TFSM6CLA1A"),
    _share("ks2_rwm_exp_other", "PTRWM_EXP_NotFSM6CLA1A", "TNotFSM6CLA1A"),
    _points("ks2_gap_national", "DIFFN_RWM_EXP", "TFSM6CLA1A"),
)

KS4 = (
    _points("ks4_attainment8", "ATT8SCR", "TPUP"),
    _interval("ks4_progress8", "P8MEA", "P8CILOW", "P8CIUPP", "P8PUP", "TPUP"),
    _share("ks4_basics_94", "PTL2BASICS_94", "TPUP"),
    _share("ks4_basics_95", "PTL2BASICS_95", "TPUP"),
    _points("ks4_ebacc_aps", "EBACCAPS", "TPUP"),
    _points("ks4_attainment8_dis", "ATT8SCR_FSM6CLA1A", "TFSM6CLA1A"),
    _interval(
        "ks4_progress8_dis",
        "P8MEA_FSM6CLA1A",
        "P8CILOW_FSM6CLA1A",
        "P8CIUPP_FSM6CLA1A",
        "P8PUP_FSM6CLA1A",
        "TFSM6CLA1A",
    ),
    _share("ks4_basics_94_dis", "PTFSM6CLA1ABASICS_94", "TFSM6CLA1A"),
)

# The absence table counts no pupils: the census has them.
ABSENCE = (_share("absence_overall", "PERCTOT"), _share("absence_persistent", "PPERSABS10"))

CENSUS = (
    _points("census_pupils", "NOR", "NOR"),
    # Since 2021-22 the share of pupils ever on free meals is of NORFSMEVER, not of the whole roll.
    _share("census_fsm", "PNUMFSMEVER", "NORFSMEVER", "NOR"),
    _share("census_eal", "PNUMEAL", "NOR"),
    _share("census_ehcp", "PSENELSE", "NOR"),
    _share("census_sen_support", "PSENELK", "NOR"),
)
